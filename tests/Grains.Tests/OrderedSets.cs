using Routing.Grains.Matching;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>The chunked sorted set against the standard library's.</summary>
public sealed class OrderedSets
{
    public static TheoryData<int, int> Seeds => new() { { 1, 50 }, { 2, 400 }, { 3, 3_000 }, { 4, 100_000 } };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_agrees_with_a_sorted_set_over_any_additions_and_removals(int seed, int range)
    {
        Random random = new(seed);
        SortedSet<long> model = [.. Enumerable.Range(0, range / 3).Select(_ => (long)random.Next(range))];
        OrderedSet<long> set = OrderedSet<long>.From([.. model.OrderByDescending(item => item)]);
        for (int step = 0; step < 20_000; step++)
        {
            long item = random.Next(range);
            bool isRemoval = step % 10_000 < 5_000 ? random.Next(3) > 0 : random.Next(3) == 0;
            Assert.Equal(isRemoval ? model.Remove(item) : model.Add(item), isRemoval ? set.Remove(item) : set.Add(item));
            Assert.Equal(model.Count, set.Count);
            Assert.Equal(model.Count > 0, set.TryFirst(out long first));
            Assert.Equal(model.Min, first);
        }

        List<long> items = [];
        foreach (long item in set)
        {
            items.Add(item);
        }

        Assert.Equal(model, items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(1_000)]
    public void A_round_from_any_key_reads_each_item_once_those_after_the_key_first(int count)
    {
        List<long> items = [.. Enumerable.Range(0, count).Select(i => i * 2L)];
        OrderedSet<long> set = OrderedSet<long>.From(items);
        for (long key = -1; key <= 2 * count; key++)
        {
            List<long> round = [];
            foreach (long item in set.From(key))
            {
                round.Add(item);
            }

            Assert.Equal([.. items.Where(item => item > key), .. items.Where(item => item <= key)], round);
        }
    }

    [Fact]
    public void A_set_that_empties_is_read_as_empty_and_fills_again()
    {
        OrderedSet<long> set = new();
        for (int round = 0; round < 3; round++)
        {
            Assert.True(set.Add(round));
            Assert.True(set.Remove(round));
            Assert.False(set.Remove(round));
            Assert.False(set.TryFirst(out _));
            Assert.False(set.GetEnumerator().MoveNext());
        }

        Assert.True(set.Add(7));
        Assert.True(set.TryFirst(out long first));
        Assert.Equal(7, first);
    }

    [Fact]
    public void A_line_that_only_grows_at_its_end_stays_in_order()
    {
        OrderedSet<long> set = new();
        for (long item = 0; item < 1_000; item++)
        {
            Assert.True(set.Add(item));
        }

        long expected = 0;
        foreach (long item in set)
        {
            Assert.Equal(expected++, item);
        }

        Assert.Equal(1_000, expected);
    }
}
