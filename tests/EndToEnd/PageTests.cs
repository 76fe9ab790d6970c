using Routing.EndToEnd.Browser;
using Routing.EndToEnd.Phones;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>The live page in a real browser.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task A_newcomer_sees_the_call_wait_and_reach_the_agent()
    {
        await using Scene scene = await Scene.OpenAsync();
        await using HeadlessPage page = await HeadlessPage.OpenAsync($"http://{scene.Server.HttpAddress}/");
        await page.UntilAsync("document.body.innerText.includes('Alice') && document.body.innerText.includes('Support')");

        Baresip caller = await scene.CallerPhoneAsync("0701");
        await caller.DialAsync(scene.UriOf("1000"));
        await page.UntilAsync("document.body.innerText.includes('0701')");
        await page.UntilAsync("/waiting/i.test(document.body.innerText)");

        await scene.AgentPhoneAsync("alice");
        await page.UntilAsync("/talking/i.test(document.body.innerText)");
        await caller.HangUpAsync();
        await page.UntilAsync("/answered/i.test(document.body.innerText)");

        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task A_caller_and_an_agent_can_be_opened_and_tell_why_in_words()
    {
        await using Scene scene = await Scene.OpenAsync();
        await using HeadlessPage page = await HeadlessPage.OpenAsync($"http://{scene.Server.HttpAddress}/");
        Baresip caller = await scene.CallerPhoneAsync("0702");
        await caller.DialAsync(scene.UriOf("1000"));

        await page.ClickAsync(".column.waiting button.call");
        await page.UntilAsync("/logged out \\(no-phone\\)/.test(document.querySelector('dialog .why')?.innerText ?? '')");
        await page.UntilAsync("/It is first in line/.test(document.querySelector('dialog .why')?.innerText ?? '')");
        await page.ClickAsync("dialog .row button");

        await page.ClickAsync(".agent button.opens");
        await page.UntilAsync("/is logged out \\(no-phone\\)/.test(document.querySelector('dialog .why')?.innerText ?? '')");
        await page.ClickAsync("dialog .row button");
        await page.UntilAsync("document.querySelector('dialog') === null");
        Assert.Empty(page.Problems);
    }
}
