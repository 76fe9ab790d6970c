namespace Routing.Grains.Matching;

/// <summary>
/// A sorted set in chunks: two binary searches find a place, an insertion moves at most one chunk, reading in order allocates nothing,
/// and a whole set is built from an array with one sort. (A SortedSet costs a node per item, a cache miss per comparison, and a stack per enumeration.)
/// </summary>
/// <typeparam name="T">A small value that carries its whole sort key; equal means the same item.</typeparam>
public sealed class OrderedSet<T>
    where T : struct, IComparable<T>
{
    /// <summary>Items of a full chunk.</summary>
    private const int ChunkCapacityCount = 128;

    /// <summary>Items that a new chunk has room for: most lines and pools of a domain are short most of the time.</summary>
    private const int ChunkInitialCount = 8;

    private readonly List<Chunk> _chunks = [];

    public int Count { get; private set; }

    /// <param name="items">Each once, in any order; they are sorted where they are.</param>
    public static OrderedSet<T> From(List<T> items)
    {
        OrderedSet<T> set = new();
        items.Sort();
        const int FillCount = ChunkCapacityCount * 3 / 4;
        for (int start = 0; start < items.Count; start += FillCount)
        {
            int count = Math.Min(FillCount, items.Count - start);
            Chunk chunk = new(count) { Count = count };
            items.CopyTo(start, chunk.Items, 0, chunk.Count);
            set._chunks.Add(chunk);
        }

        set.Count = items.Count;
        return set;
    }

    public bool TryFirst(out T first)
    {
        if (Count == 0)
        {
            first = default;
            return false;
        }

        first = _chunks[0].Items[0];
        return true;
    }

    /// <summary>How many items come before the key, whether it is there or not. Costs a chunk's length less than the number of items.</summary>
    public int CountBefore(in T key)
    {
        if (Count == 0)
        {
            return 0;
        }

        int at = ChunkOf(key);
        int place = _chunks[at].Find(key);
        int count = place >= 0 ? place : ~place;
        for (int i = 0; i < at; i++)
        {
            count += _chunks[i].Count;
        }

        return count;
    }

    /// <summary>Adds an item; false when it is there.</summary>
    public bool Add(in T item)
    {
        if (_chunks.Count == 0)
        {
            _chunks.Add(new Chunk(ChunkInitialCount));
        }

        int at = ChunkOf(item);
        Chunk chunk = _chunks[at];
        int place = chunk.Find(item);
        if (place >= 0)
        {
            return false;
        }

        place = ~place;
        if (chunk.Count == ChunkCapacityCount)
        {
            Chunk next = chunk.Split(place);
            _chunks.Insert(at + 1, next);
            if (place > chunk.Count || chunk.Count == ChunkCapacityCount)
            {
                place -= chunk.Count;
                chunk = next;
            }
        }

        chunk.Insert(place, item);
        Count++;
        return true;
    }

    /// <summary>Removes an item; false when it is not there.</summary>
    public bool Remove(in T item)
    {
        if (Count == 0)
        {
            return false;
        }

        int at = ChunkOf(item);
        Chunk chunk = _chunks[at];
        int place = chunk.Find(item);
        if (place < 0)
        {
            return false;
        }

        chunk.RemoveAt(place);
        Count--;
        if (chunk.Count == 0)
        {
            // The last one stays for the next item: a line that empties and fills again costs nothing.
            if (_chunks.Count > 1)
            {
                _chunks.RemoveAt(at);
            }
        }
        else if (at + 1 < _chunks.Count && chunk.Count + _chunks[at + 1].Count <= ChunkCapacityCount / 4)
        {
            chunk.Append(_chunks[at + 1]);
            _chunks.RemoveAt(at + 1);
        }

        return true;
    }

    public Enumerator GetEnumerator() => new(_chunks, 0, -1, Count);

    /// <summary>The items in order.</summary>
    public Walk From() => new(this, 0, -1);

    /// <summary>All items, from the first that comes after the key on to the last, then from the first on.</summary>
    public Walk From(in T key)
    {
        if (Count == 0)
        {
            return From();
        }

        int at = ChunkOf(key);
        int place = _chunks[at].Find(key);
        return new Walk(this, at, place >= 0 ? place : ~place - 1);
    }

    /// <summary>The last chunk whose first item is not after the item. No chunk is empty but the only one of an empty set.</summary>
    private int ChunkOf(in T item)
    {
        int low = 0;
        int high = _chunks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (_chunks[middle].Items[0].CompareTo(item) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>A round through the set from one of its places.</summary>
    public readonly struct Walk
    {
        private readonly OrderedSet<T> _set;
        private readonly int _chunk;
        private readonly int _item;

        internal Walk(OrderedSet<T> set, int chunk, int item)
        {
            _set = set;
            _chunk = chunk;
            _item = item;
        }

        public Enumerator GetEnumerator() => new(_set._chunks, _chunk, _item, _set.Count);
    }

    /// <summary>Reads the items in order, and each once. The set must not change meanwhile.</summary>
    public struct Enumerator
    {
        private readonly List<Chunk> _chunks;
        private int _chunk;
        private int _item;
        private int _left;

        internal Enumerator(List<Chunk> chunks, int chunk, int item, int count)
        {
            _chunks = chunks;
            _chunk = chunk;
            _item = item;
            _left = count;
        }

        public readonly T Current => _chunks[_chunk].Items[_item];

        public bool MoveNext()
        {
            if (_left-- == 0)
            {
                return false;
            }

            if (++_item >= _chunks[_chunk].Count)
            {
                _chunk = _chunk + 1 == _chunks.Count ? 0 : _chunk + 1;
                _item = 0;
            }

            return true;
        }
    }

    internal sealed class Chunk(int capacityCount)
    {
        public T[] Items { get; private set; } = new T[capacityCount];

        public int Count { get; set; }

        public int Find(in T item) => Array.BinarySearch(Items, 0, Count, item);

        public void Insert(int place, in T item)
        {
            HaveRoomFor(Count + 1);
            Array.Copy(Items, place, Items, place + 1, Count - place);
            Items[place] = item;
            Count++;
        }

        public void RemoveAt(int place)
        {
            Count--;
            Array.Copy(Items, place + 1, Items, place, Count - place);
            Items[Count] = default;
        }

        public void Append(Chunk next)
        {
            HaveRoomFor(Count + next.Count);
            Array.Copy(next.Items, 0, Items, Count, next.Count);
            Count += next.Count;
        }

        /// <summary>Moves the upper half out; nothing when the new item comes after all, so that a growing line fills its chunks.</summary>
        public Chunk Split(int place)
        {
            Chunk next = new(ChunkCapacityCount);
            if (place < Count)
            {
                int kept = Count / 2;
                next.Count = Count - kept;
                Array.Copy(Items, kept, next.Items, 0, next.Count);
                Array.Clear(Items, kept, next.Count);
                Count = kept;
            }

            return next;
        }

        private void HaveRoomFor(int count)
        {
            if (count > Items.Length)
            {
                T[] larger = new T[Math.Min(Math.Max(count, Items.Length * 2), ChunkCapacityCount)];
                Array.Copy(Items, larger, Count);
                Items = larger;
            }
        }
    }
}
