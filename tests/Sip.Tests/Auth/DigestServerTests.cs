using Routing.Sip.Auth;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Sip.Tests.Auth;

public sealed class DigestServerTests
{
    private const string Realm = "demo";
    private const string User = "alice";
    private const string Password = "alice-demo";

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(DigestAlgorithm.Md5)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void A_challenged_client_is_accepted_and_may_go_on_with_rising_counts(DigestAlgorithm algorithm)
    {
        var server = Server(new DigestServerOptions { Algorithms = [algorithm] });
        var challenge = server.Challenge(Realm)[0];
        for (var count = 1u; count <= 5; count++)
        {
            Assert.Equal(DigestResult.Accepted, Verify(server, Answer(challenge, count)));
        }

        Assert.Equal(1, server.TrackedNonces);
    }

    [Fact]
    public void What_was_accepted_once_is_refused_the_second_time()
    {
        var server = Server();
        var challenge = server.Challenge(Realm)[0];
        var credentials = Answer(challenge, 1);
        Assert.Equal(DigestResult.Accepted, Verify(server, credentials));
        Assert.Equal(DigestResult.Replayed, Verify(server, credentials));
        Assert.Equal(DigestResult.Replayed, Verify(server, Answer(challenge, 1, cnonce: "other")));
    }

    [Fact]
    public void Counts_may_overtake_each_other_within_the_window()
    {
        var server = Server();
        var challenge = server.Challenge(Realm)[0];
        foreach (var (count, expected) in new (uint, DigestResult)[]
        {
            (10, DigestResult.Accepted), (9, DigestResult.Accepted), (9, DigestResult.Replayed), (70, DigestResult.Accepted), (10, DigestResult.Replayed),
            (8, DigestResult.Accepted), (7, DigestResult.Accepted), (6, DigestResult.Replayed), (200, DigestResult.Accepted), (136, DigestResult.Replayed),
            (137, DigestResult.Accepted), (uint.MaxValue, DigestResult.Accepted), (200, DigestResult.Replayed),
        })
        {
            Assert.Equal((count, expected), (count, Verify(server, Answer(challenge, count))));
        }
    }

    [Fact]
    public void A_client_without_qop_uses_a_nonce_once()
    {
        var server = Server();
        var challenge = server.Challenge(Realm)[0] with { OffersAuth = false };
        Assert.Equal(DigestResult.Accepted, Verify(server, Answer(challenge, 0)));
        Assert.Equal(DigestResult.Replayed, Verify(server, Answer(challenge, 0)));
    }

    [Fact]
    public void A_nonce_ends_with_its_lifetime_and_right_credentials_are_told_so()
    {
        var server = Server(new DigestServerOptions { NonceLifetime = TimeSpan.FromSeconds(30) });
        var challenge = server.Challenge(Realm)[0];
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(DigestResult.Accepted, Verify(server, Answer(challenge, 1)));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(DigestResult.StaleNonce, Verify(server, Answer(challenge, 2)));
        Assert.Equal(DigestResult.WrongResponse, Verify(server, Answer(challenge, 2, password: "guess")));
        Assert.Contains("stale=true", server.Challenge(Realm, isStale: true)[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nonces_of_others_are_unknown()
    {
        var server = Server();
        var challenge = server.Challenge(Realm)[0];
        var flipped = (challenge.Nonce[0] == '0' ? '1' : '0') + challenge.Nonce[1..];
        Assert.Equal(DigestResult.UnknownNonce, Verify(server, Answer(challenge with { Nonce = flipped }, 1)));
        Assert.Equal(DigestResult.UnknownNonce, Verify(server, Answer(challenge with { Nonce = "" }, 1)));
        Assert.Equal(DigestResult.UnknownNonce, Verify(server, Answer(challenge with { Nonce = new string('x', 64) }, 1)));
        Assert.Equal(DigestResult.UnknownNonce, Verify(server, Answer(challenge with { Nonce = challenge.Nonce + "00" }, 1)));
        Assert.Equal(DigestResult.UnknownNonce, Verify(server, Answer(server.Challenge("other")[0] with { Realm = Realm }, 1)));
    }

    [Fact]
    public void A_nonce_of_another_server_with_the_same_key_is_stale_since_its_uses_are_counted_there()
    {
        Assert.Equal(DigestResult.StaleNonce, Verify(Server(), Answer(Server(instance: 2).Challenge(Realm)[0], 1)));
    }

    [Fact]
    public void A_nonce_from_before_a_restart_is_stale_because_its_uses_are_forgotten()
    {
        var challenge = Server().Challenge(Realm)[0];
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DigestResult.StaleNonce, Verify(Server(), Answer(challenge, 1)));
    }

    [Fact]
    public void A_nonce_from_the_future_is_stale()
    {
        var server = Server();
        _time.Advance(TimeSpan.FromMinutes(1));
        var challenge = server.Challenge(Realm)[0];
        _time.Advance(TimeSpan.FromMinutes(-1));
        Assert.Equal(DigestResult.StaleNonce, Verify(server, Answer(challenge, 1)));
    }

    [Fact]
    public void Memory_is_bounded_and_forgetting_never_lets_a_replay_pass()
    {
        var server = Server(new DigestServerOptions { MaxTrackedNonces = 3 });
        var challenges = Enumerable.Range(0, 5).Select(_ => server.Challenge(Realm)[0]).ToList();
        foreach (var challenge in challenges)
        {
            Assert.Equal(DigestResult.Accepted, Verify(server, Answer(challenge, 1)));
        }

        Assert.Equal(3, server.TrackedNonces);
        Assert.Equal(
            [DigestResult.StaleNonce, DigestResult.StaleNonce, DigestResult.Replayed, DigestResult.Replayed, DigestResult.Replayed],
            challenges.Select(challenge => Verify(server, Answer(challenge, 1))));
    }

    [Fact]
    public void Memory_of_expired_nonces_is_given_back()
    {
        var server = Server();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(DigestResult.Accepted, Verify(server, Answer(server.Challenge(Realm)[0], 1)));
        }

        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(DigestResult.Accepted, Verify(server, Answer(server.Challenge(Realm)[0], 1)));
        Assert.Equal(1, server.TrackedNonces);
    }

    [Fact]
    public void Guessing_costs_no_memory()
    {
        var server = Server();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(DigestResult.WrongResponse, Verify(server, Answer(server.Challenge(Realm)[0], 1, password: $"guess{i}")));
        }

        Assert.Equal(0, server.TrackedNonces);
    }

    [Fact]
    public void An_unknown_user_looks_like_a_wrong_password() =>
        Assert.Equal(DigestResult.WrongResponse, Server() is var server ? server.Verify(Register(), Answer(server.Challenge(Realm)[0], 1), Realm, ha1: null) : default);

    [Theory]
    [InlineData("sip:demo", "sip:127.0.0.1:5060", DigestResult.Accepted)]
    [InlineData("sip:bob@demo", "sip:127.0.0.1:5060", DigestResult.Accepted)]
    [InlineData("sip:bob@demo", "sip:bob@127.0.0.1:5060", DigestResult.Accepted)]
    [InlineData("sip:bob@demo", "sip:%62ob@demo", DigestResult.Accepted)]
    [InlineData("sip:bob@demo", "anything", DigestResult.Accepted)]
    [InlineData("sip:bob@demo", "sip:carol@demo", DigestResult.UriMismatch)]
    public void Hosts_are_compared_loosely_and_users_are_not(string requestUri, string digestUri, DigestResult expected)
    {
        var server = Server();
        var credentials = Answer(server.Challenge(Realm)[0], 1, uri: digestUri);
        Assert.Equal(expected, server.Verify(Register(requestUri), credentials, Realm, Ha1(credentials.Algorithm)));
    }

    [Fact]
    public void What_was_not_offered_is_refused()
    {
        var server = Server();
        var challenge = server.Challenge(Realm)[0];
        Assert.Equal(DigestResult.NotOffered, Verify(server, Answer(challenge with { Algorithm = DigestAlgorithm.Sha256 }, 1)));
        Assert.Equal(DigestResult.NotOffered, Verify(server, Answer(challenge with { Realm = "other" }, 1)));
    }

    [Fact]
    public void A_digest_of_another_method_does_not_pass()
    {
        var server = Server();
        var request = SipRequest.Create(SipMethod.Invite, SipUri.Parse("sip:demo"), Address("1"), Address(null), "c", 1);
        Assert.Equal(DigestResult.WrongResponse, server.Verify(request, Answer(server.Challenge(Realm)[0], 1), Realm, Ha1(DigestAlgorithm.Md5)));
    }

    [Fact]
    public void Credentials_are_found_by_realm_among_several()
    {
        var server = Server();
        var mine = Answer(server.Challenge(Realm)[0], 1);
        var request = Register();
        request.Headers.Add(HeaderId.Authorization, "NoOneKnowsThisScheme x=y");
        request.Headers.Add(HeaderId.Authorization, (mine with { Realm = "other" }).ToString());
        request.Headers.Add(HeaderId.Authorization, mine.ToString());
        Assert.Equal(mine, DigestCredentials.Find(request.Headers, HeaderId.Authorization, Realm));
        Assert.Null(DigestCredentials.Find(request.Headers, HeaderId.ProxyAuthorization, Realm));
    }

    [Theory]
    [InlineData(401, DigestAlgorithm.Md5)]
    [InlineData(407, DigestAlgorithm.Sha256)]
    public void Our_client_satisfies_our_server(int status, DigestAlgorithm algorithm)
    {
        var server = Server(new DigestServerOptions { Algorithms = [algorithm] });
        var (asked, answered) = status == 401 ? (HeaderId.WwwAuthenticate, HeaderId.Authorization) : (HeaderId.ProxyAuthenticate, HeaderId.ProxyAuthorization);
        var client = new DigestClient(User, Password, () => "0a4f113b");
        var first = Register();
        client.Authorize(first);
        Assert.False(first.Headers.Contains(answered));
        var refusal = SipResponse.For(first, status, "t");
        refusal.Headers.Add(asked, server.Challenge(Realm)[0].ToString());
        Assert.True(client.TryAccept(refusal, first));
        for (var i = 0; i < 3; i++)
        {
            var again = Register();
            client.Authorize(again);
            var credentials = DigestCredentials.Find(again.Headers, answered, Realm)!;
            Assert.Equal(DigestResult.Accepted, server.Verify(again, credentials, Realm, Ha1(algorithm)));
            Assert.False(client.TryAccept(refusal, again));
        }
    }

    [Fact]
    public void Our_client_tries_again_after_stale_and_takes_the_algorithm_it_has()
    {
        var client = new DigestClient(User, Password, () => "c");
        var request = Register();
        var refusal = SipResponse.For(request, 401, "t");
        refusal.Headers.Add(HeaderId.WwwAuthenticate, "Digest realm=\"demo\", nonce=\"a\", algorithm=SHA-512-256, qop=\"auth\"");
        refusal.Headers.Add(HeaderId.WwwAuthenticate, "Digest realm=\"demo\", nonce=\"b\", algorithm=MD5, qop=\"auth\"");
        Assert.True(client.TryAccept(refusal, request));
        client.Authorize(request);
        Assert.Equal("b", DigestCredentials.Find(request.Headers, HeaderId.Authorization, Realm)!.Nonce);
        refusal.Headers.Set(HeaderId.WwwAuthenticate, "Digest realm=\"demo\", nonce=\"c\", qop=\"auth\", stale=true");
        Assert.True(client.TryAccept(refusal, request));
        client.Authorize(request);
        var second = DigestCredentials.Find(request.Headers, HeaderId.Authorization, Realm)!;
        Assert.Equal(("c", 1u), (second.Nonce, second.NonceCount));
    }

    [Fact]
    public void A_short_key_is_refused() => Assert.Throws<ArgumentException>(() => new DigestServer(new DigestServerOptions(), new byte[15], 1, _time));

    private static string Ha1(DigestAlgorithm algorithm) => Digest.ComputeHa1(algorithm, User, Realm, Password);

    private static DigestResult Verify(DigestServer server, DigestCredentials credentials) =>
        server.Verify(Register(), credentials, Realm, Ha1(credentials.Algorithm));

    private static DigestCredentials Answer(DigestChallenge challenge, uint count, string password = Password, string uri = "sip:demo", string cnonce = "0a4f113b")
    {
        var ha1 = Digest.ComputeHa1(challenge.Algorithm, User, challenge.Realm, password);
        var qop = challenge.OffersAuth ? "auth" : null;
        var nc = qop is null ? null : $"{count:x8}";
        var response = Digest.ComputeResponse(challenge.Algorithm, ha1, SipMethod.Register, uri, challenge.Nonce, qop, nc, qop is null ? null : cnonce);
        return new DigestCredentials(User, challenge.Realm, challenge.Nonce, uri, response, challenge.Algorithm, qop, nc, qop is null ? null : cnonce);
    }

    private static SipRequest Register(string uri = "sip:demo") => SipRequest.Create(SipMethod.Register, SipUri.Parse(uri), Address("1"), Address(null), "c", 1);

    private static NameAddress Address(string? tag)
    {
        var address = new NameAddress(SipUri.Parse("sip:alice@demo"));
        return tag is null ? address : address.WithTag(tag);
    }

    private DigestServer Server(DigestServerOptions? options = null, uint instance = 1) => new(options ?? new DigestServerOptions(), Key, instance, _time);
}
