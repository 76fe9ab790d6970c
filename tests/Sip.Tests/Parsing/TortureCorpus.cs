using Routing.Sip.Parsing;

namespace Routing.Sip.Tests.Parsing;

/// <summary>The cases of RFC 4475 that a parser has to decide, under the names that the RFC gives them.</summary>
internal static class TortureCorpus
{
    private const string Common = """
        To: sip:j.user@example.com
        From: sip:caller@example.net;tag=29429
        Call-ID: case@example.com
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw
        Max-Forwards: 70

        """;

    public static IEnumerable<TortureMessage> Valid =>
    [
        Accept("wsinv", """
            INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
            TO :
             sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
            from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
              ;
              tag = 98asjd8
            MaX-fOrWaRdS: 0068
            Call-ID: wsinv.ndaksdj@192.0.2.1
            Content-Length   : 4
            cseq: 0009
              INVITE
            Via  : SIP  /   2.0
             /UDP
                192.0.2.2;branch=390skdjuw
            s :
            NewFangledHeader:   newfangled value
             continued newfangled value
            UnknownHeaderWithUnusualValue: ;;,,;;,;
            Content-Type: application/sdp
            Route:
             <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
            v:  SIP  / 2.0  / TCP     spindle.example.com   ;
              branch  =   z9hG4bK9ikj8  ,
             SIP  /    2.0   / UDP  192.168.255.111   ; branch=
             z9hG4bK30239
            m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
                  newvalue ;
              secondparam ; q = 0.33

            v=0

            """),
        Accept("intmeth", """
            !interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wd~_too.(doesn't-it)@example.com SIP/2.0
            Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
            To: "BEL:\«07» DEL:\«7F»" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
            From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="працює";tag=_token~1'+`*%!-.
            Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{
            CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~
            Max-Forwards: 255
            extensionHeader-!.%*+_`'~:«EF»«BB»«BF»大停電
            Content-Length: 0


            """),
        Accept("esc01", $"""
            INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0
            To: sip:%75se%72@example.com
            From: <sip:I%20have%20spaces@example.net>;tag=938
            Max-Forwards: 87
            Call-ID: esc01.239409asdfakjkn23onasd0-3234
            CSeq: 234234 INVITE
            Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw
            Contact:
              <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>
            Content-Length: 0


            """),
        Accept("escnull", """
            REGISTER sip:example.com SIP/2.0
            To: sip:null-%00-null@example.com
            From: sip:null-%00-null@example.com;tag=839923423
            Max-Forwards: 70
            Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd
            CSeq: 14398234 REGISTER
            Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bKkdjuw
            Contact: <sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>
            L:0


            """),
        Accept("esc02", """
            RE%47IST%45R sip:registrar.example.com SIP/2.0
            To: "%Z%45" <sip:resource@example.com>
            From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23
            Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
            Via: SIP/2.0/TCP host.example.com;branch=z9hG4bK209%fzsnel234
            CSeq: 29344 RE%47IST%45R
            Max-Forwards: 70
            Contact: <sip:alias1@host1.example.com>
            C%6Fntact: <sip:alias2@host2.example.com>
            l: 0


            """),
        Accept("lwsdisp", """
            OPTIONS sip:user@example.com SIP/2.0
            To: sip:user@example.com
            From: caller<sip:caller@example.com>;tag=323
            Max-Forwards: 70
            Call-ID: lwsdisp.1234abcd@funky.example.com
            CSeq: 60 OPTIONS
            Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw
            l: 0


            """),
        Accept("longreq", $"""
            INVITE sip:user@example.com SIP/2.0
            To: "I have a user name of extreme{new string('e', 500)} proportion" <sip:user@example.com:6000;unknownparam1=very{new string('l', 300)}longvalue;longparam{new string('n', 300)}=shortvalue>
            From: sip:{new string('a', 400)}caller@example.net;tag=12{new string('9', 300)}424;unknownheaderparam{new string('n', 200)}=unknown{new string('v', 200)}
            Call-ID: longreq.one{new string('r', 300)}longcallid
            CSeq: 3882340 INVITE
            Unknown-{new string('L', 200)}-Name: unknown-{new string('l', 200)}-value; unknown-{new string('p', 200)}-name = value
            Via: SIP/2.0/TCP sip33.example.com
            v: SIP/2.0/TCP sip32.example.com
            V: SIP/2.0/TCP sip31.example.com
            Via: SIP/2.0/TCP sip30.example.com, SIP/2.0/TCP sip29.example.com
            Via: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=very{new string('l', 200)}longbranchvalue
            Max-Forwards: 70
            Contact: <sip:{new string('a', 400)}caller@host5.example.net>
            Content-Length: 0


            """),
        Accept("dblreq", """
            REGISTER sip:example.com SIP/2.0
            To: sip:j.user@example.com
            From: sip:j.user@example.com;tag=43251j3j324
            Max-Forwards: 8
            I: dblreq.0ha0isndaksdj99sdfafnl3lk233412
            Contact: sip:j.user@host.example.com
            CSeq: 8 REGISTER
            Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492
            Content-Length: 0


            INVITE sip:joe@example.com SIP/2.0
            t: sip:joe@example.com
            From: sip:caller@example.net;tag=141334
            Max-Forwards: 8
            Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15
            CSeq: 8 INVITE
            Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw380234
            Content-Type: application/sdp
            Content-Length: 3

            v=0
            """),
        Accept("semiuri", """
            OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0
            To: sip:j_user@example.com
            From: sip:caller@example.org;tag=33242
            Max-Forwards: 3
            Call-ID: semiuri.0ha0isndaksdj
            CSeq: 8 OPTIONS
            Accept: application/sdp, application/pkcs7-mime,
                    multipart/mixed, multipart/signed,
                    message/sip, message/sipfrag
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw
            l: 0


            """),
        Accept("transports", """
            OPTIONS sip:user@example.com SIP/2.0
            To: sip:user@example.com
            From: <sip:caller@example.com>;tag=323
            Max-Forwards: 70
            Call-ID: transports.kijh4akdnaqjkwendsasfdj
            Accept: application/sdp
            CSeq: 60 OPTIONS
            Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw
            Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf
            Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj
            Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en
            Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee
            l: 0


            """),
        Accept("mpart01", """
            MESSAGE sip:kumiko@example.org SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport
            Max-Forwards: 70
            Route: <sip:127.0.0.1:5080>
            To: <sip:kumiko@example.org>
            From: <sip:fluffy@example.com>;tag=2fb0dcc9
            Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..
            CSeq: 1 MESSAGE
            Content-Transfer-Encoding: binary
            Content-Type: multipart/mixed;boundary=7a9cbec02ceef655
            Date: Sat, 15 Oct 2005 04:44:56 GMT
            Content-Length: 90

            --7a9cbec02ceef655
            Content-Type: application/octet-stream

            0«82»«00»«FF»«0D»«0A»
            --7a9cbec02ceef655--

            """),
        Accept("unreason", """
            SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
            Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
            Call-ID: unreason.1234ksdfak3j2erwedfsASdf
            CSeq: 35 INVITE
            From: sip:user@example.com;tag=11141343
            To: sip:user@example.edu;tag=2229
            Content-Length: 0
            Contact: <sip:user@host198.example.com>


            """),
        Accept("noreason", """
            SIP/2.0 100 
            Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
            Call-ID: noreason.asndj203insdf99223ndf
            CSeq: 35 INVITE
            From: <sip:user@example.com>;tag=39ansfi3
            To: <sip:user@example.edu>;tag=902jndnke3
            Content-Length: 0


            """),
    ];

    public static IEnumerable<TortureMessage> Invalid =>
    [
        Refuse("badinv01", SipRejectionReason.BadContact, """
            INVITE sip:user@example.com SIP/2.0
            To: sip:j.user@example.com
            From: sip:caller@example.net;tag=134161461246
            Max-Forwards: 7
            Call-ID: badinv01.0ha0isndaksdjasdf3234nas
            CSeq: 8 INVITE
            Via: SIP/2.0/UDP 192.0.2.15
            Contact: "Joe" <sip:joe@example.org>;;;;
            Content-Length: 0


            """),
        Refuse("badinv01 in Via", SipRejectionReason.BadVia, """
            INVITE sip:user@example.com SIP/2.0
            To: sip:j.user@example.com
            From: sip:caller@example.net;tag=134161461246
            Call-ID: badinv01.0ha0isndaksdjasdf3234nas
            CSeq: 8 INVITE
            Via: SIP/2.0/UDP 192.0.2.15;;,;,,
            Content-Length: 0


            """),
        Refuse("clerr", SipRejectionReason.BodyTruncated, $"INVITE sip:user@example.com SIP/2.0\n{Common}CSeq: 8 INVITE\nContent-Type: application/sdp\nContent-Length: 9999\n\nv=0\ns=-\n"),
        Refuse("ncl", SipRejectionReason.BadContentLength, $"INVITE sip:user@example.com SIP/2.0\n{Common}CSeq: 8 INVITE\nContent-Length: -999\n\nv=0\n"),
        Refuse("scalar02 Max-Forwards", SipRejectionReason.BadMaxForwards,
            $"REGISTER sip:example.com SIP/2.0\n{Common.Replace(": 70", ": 300", StringComparison.Ordinal)}CSeq: 8 REGISTER\nl: 0\n\n"),
        Refuse("scalar02 CSeq", SipRejectionReason.BadCSeq, $"REGISTER sip:example.com SIP/2.0\n{Common}CSeq: 36893488147419103232 REGISTER\nl: 0\n\n"),
        Refuse("scalarlg", SipRejectionReason.BadCSeq, $"SIP/2.0 503 Service Unavailable\n{Common}CSeq: 9292394834772304023312 OPTIONS\nRetry-After: 949302838503028349304023988\nl: 0\n\n"),
        Refuse("quotbal", SipRejectionReason.BadTo, """
            INVITE sip:user@example.com SIP/2.0
            To: "Mr. J. User <sip:j.user@example.com>
            From: sip:caller@example.net;tag=93334
            Max-Forwards: 10
            Call-ID: quotbal.aksdj
            CSeq: 8 INVITE
            Via: SIP/2.0/UDP 192.0.2.59:5050;branch=z9hG4bKkdjuw39234
            Content-Length: 0


            """),
        Refuse("ltgtruri", SipRejectionReason.BadRequestUri, $"INVITE <sip:user@example.com> SIP/2.0\n{Common}CSeq: 1 INVITE\nl: 0\n\n"),
        Refuse("lwsruri", SipRejectionReason.BadStartLine, $"INVITE sip:user@example.com; lr SIP/2.0\n{Common}CSeq: 1 INVITE\nl: 0\n\n"),
        Refuse("lwsstart", SipRejectionReason.BadStartLine, $"INVITE  sip:user@example.com  SIP/2.0\n{Common}CSeq: 1 INVITE\nl: 0\n\n"),
        Refuse("trws", SipRejectionReason.BadStartLine, $"OPTIONS sip:remote-target@example.com SIP/2.0  \n{Common}CSeq: 1 OPTIONS\nl: 0\n\n"),
        Refuse("escruri", SipRejectionReason.BadRequestUri, $"INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0\n{Common}CSeq: 1 INVITE\nl: 0\n\n"),
        Refuse("regbadct", SipRejectionReason.BadContact, $"REGISTER sip:example.com SIP/2.0\n{Common}Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\nCSeq: 1 REGISTER\nl: 0\n\n"),
        Refuse("badaspec", SipRejectionReason.BadTo, """
            OPTIONS sip:user@example.org SIP/2.0
            Via: SIP/2.0/UDP host4.example.com:5060;branch=z9hG4bKkdju43234
            Max-Forwards: 70
            From: "Bell, Alexander" <sip:a.g.bell@example.com>;tag=433423
            To: "Watson, Thomas" < sip:t.watson@example.org >
            Call-ID: badaspec.sdf0234n2nds0a099u23h3hnnw009cdkne3
            CSeq: 3923239 OPTIONS
            l: 0


            """),
        Refuse("badvers", SipRejectionReason.UnsupportedVersion, $"OPTIONS sip:t.watson@example.org SIP/7.0\n{Common}CSeq: 1 OPTIONS\nl: 0\n\n"),
        Refuse("mismatch01", SipRejectionReason.CSeqMethodMismatch, $"OPTIONS sip:user@example.com SIP/2.0\n{Common}CSeq: 8 INVITE\nl: 0\n\n"),
        Refuse("mismatch02", SipRejectionReason.CSeqMethodMismatch, $"NEWMETHOD sip:user@example.com SIP/2.0\n{Common}CSeq: 8 INVITE\nl: 0\n\n"),
        Refuse("bigcode", SipRejectionReason.BadStartLine, $"SIP/2.0 4294967301 better not break the receiver\n{Common}CSeq: 353494 INVITE\nl: 0\n\n"),
        Refuse("insuf", SipRejectionReason.MissingFrom, """
            INVITE sip:user@example.com SIP/2.0
            CSeq: 193942 INVITE
            Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf
            Content-Type: application/sdp
            l: 5

            v=0

            """),
        Refuse("multi01", SipRejectionReason.DuplicateHeader,
            $"INVITE sip:user@company.com SIP/2.0\n{Common}{Common}CSeq: 1 INVITE\nCSeq: 1 INVITE\nl: 0\n\n"),
        Refuse("mcl01", SipRejectionReason.ConflictingContentLength,
            $"OPTIONS sip:user@example.com SIP/2.0\n{Common}CSeq: 5 OPTIONS\nContent-Length: 13\nContent-Length: 5\n\nThere's no way to know\n"),
    ];

    /// <summary>Well formed as messages; what is wrong or odd is for the layers above.</summary>
    public static IEnumerable<TortureMessage> ForTheApplication =>
    [
        Accept("baddate", $"INVITE sip:user@example.com SIP/2.0\n{Common}CSeq: 1 INVITE\nDate: Fri, 01 Jan 2010 16:00:00 EST\nl: 0\n\n"),
        Accept("baddn", """
            OPTIONS sip:t.watson@example.org SIP/2.0
            Via: SIP/2.0/UDP c.example.com:5060;branch=z9hG4bKkdjuw
            Max-Forwards: 70
            From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43
            To: Watson, Thomas <sip:t.watson@example.org>
            Call-ID: baddn.31415@c.example.com
            CSeq: 3923239 OPTIONS
            l: 0


            """),
        Accept("badbranch", $"OPTIONS sip:user@example.com SIP/2.0\n{Common.Replace("z9hG4bKkdjuw", "z9hG4bK", StringComparison.Ordinal)}CSeq: 8 OPTIONS\nl: 0\n\n"),
        Accept("unkscm", $"OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0\n{Common}CSeq: 3 OPTIONS\nl: 0\n\n"),
        Accept("novelsc", $"OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0\n{Common}CSeq: 2 OPTIONS\nl: 0\n\n"),
        Accept("unksm2", """
            REGISTER sip:example.com SIP/2.0
            To: isbn:2983792873
            From: <http://www.example.com>;tag=3234233
            Call-ID: unksm2.daksdj@hyphenated-host.example.com
            CSeq: 234902 REGISTER
            Max-Forwards: 70
            Via: SIP/2.0/UDP 192.0.2.21:5060;branch=z9hG4bKkdjuw
            Contact: <name:John_Smith>
            l: 0


            """),
        Accept("bext01", $"OPTIONS sip:user@example.com SIP/2.0\n{Common}CSeq: 8 OPTIONS\nRequire: nothingSupportsThis, nothingSupportsThisEither\nProxy-Require: noProxiesSupportThis\nl: 0\n\n"),
        Accept("invut", $"INVITE sip:user@example.com SIP/2.0\n{Common}CSeq: 8 INVITE\nContent-Type: application/unknownformat\nContent-Length: 5\n\n<a/>\n"),
        Accept("regaut01", $"REGISTER sip:example.com SIP/2.0\n{Common}CSeq: 9338 REGISTER\nAuthorization: NoOneKnowsThisScheme opaque-data=here\nl: 0\n\n"),
        Accept("bcast", """
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
            Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
            Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf
            CSeq: 35 INVITE
            From: sip:user@example.com;tag=11141343
            To: sip:user@example.edu;tag=2229
            Content-Length: 0


            """),
        Accept("zeromf", $"OPTIONS sip:user@example.com SIP/2.0\n{Common.Replace(": 70", ": 0", StringComparison.Ordinal)}CSeq: 39234321 OPTIONS\nl: 0\n\n"),
        Accept("cparam01", $"REGISTER sip:example.com SIP/2.0\n{Common}Contact: sip:+19725552222@gw1.example.net;unknownparam\nCSeq: 79 REGISTER\nl: 0\n\n"),
        Accept("cparam02", $"REGISTER sip:example.com SIP/2.0\n{Common}Contact: <sip:+19725552222@gw1.example.net;unknownparam>\nCSeq: 79 REGISTER\nl: 0\n\n"),
        Accept("regescrt", $"REGISTER sip:example.com SIP/2.0\n{Common}Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\nCSeq: 14398234 REGISTER\nL:0\n\n"),
        Accept("sdp01", $"INVITE sip:user@example.com SIP/2.0\n{Common}CSeq: 8 INVITE\nAccept: text/nobodyKnowsThis\nl: 0\n\n"),
        Accept("inv2543", """
            INVITE sip:UserB@example.com SIP/2.0
            Via: SIP/2.0/UDP iftgw.example.com
            From: <sip:+13035551111@ift.client.example.net;user=phone>
            Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
            To: sip:+16505552222@ss1.example.net;user=phone
            Call-ID: inv2543.1717@ift.client.example.com
            CSeq: 56 INVITE
            l: 5

            v=0

            """),
    ];

    public static IEnumerable<TortureMessage> All => [.. Valid, .. Invalid, .. ForTheApplication];

    private static TortureMessage Accept(string name, string text) => TortureMessage.Of(name, SipRejectionReason.None, text);

    private static TortureMessage Refuse(string name, SipRejectionReason reason, string text) => TortureMessage.Of(name, reason, text);
}
