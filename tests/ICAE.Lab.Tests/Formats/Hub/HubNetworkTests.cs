using System.Security.Cryptography;
using ICAE.Lab.Formats.Downloads;
using ICAE.Lab.Formats.Hub;

namespace ICAE.Lab.Tests.Formats.Hub;

/// <summary>Pulls from a hub that breaks off, changes, refuses or lies.</summary>
public sealed class HubNetworkTests
{
    private const string Weights = "model.safetensors";
    private const int Half = 300_000;

    private static readonly string Token = "hf_" + new string('x', 20);

    [Fact]
    public async Task A_cut_connection_is_gone_on_with_where_it_broke()
    {
        using var hub = HubCase.Mistral();
        hub.CutOnce(Weights, Half);
        var result = await hub.PullAsync();

        var requests = hub.Server.RequestsFor(Weights);
        Assert.Equal([null, $"bytes={Half}-"], requests.Select(request => request.Headers.GetValueOrDefault("Range")));
        Assert.Equal($"\"{Hash(hub.Server.Files[Weights])}\"", requests[1].Headers["If-Range"]);
        Assert.Equal(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(result.Path, Weights)));
        Assert.Contains(hub.Notes, note => note.Contains("broke off", StringComparison.Ordinal));
        Assert.Equal([TimeSpan.FromSeconds(1)], hub.Waits);
    }

    [Fact]
    public async Task A_connection_that_always_breaks_is_given_up_and_the_next_pull_goes_on()
    {
        using var hub = HubCase.Mistral();
        var done = 0;
        hub.Server.Intercept = request => request.IsListing || done >= Half || !request.Path.EndsWith(Weights, StringComparison.Ordinal) ? null
            : hub.Server.Answer(request) with { CutAfter = done == 0 ? done += 1000 : 0 };
        var message = await hub.FailAsync();
        Assert.Contains("6 times in a row", message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8, 16], hub.Waits.Select(wait => wait.TotalSeconds));
        Assert.Empty(hub.Store.List());
        Assert.Throws<ConfigurationException>(() => hub.Store.Find("owner/tiny"));

        hub.Server.Intercept = _ => null;
        var result = await hub.PullAsync();
        Assert.Equal("bytes=1000-", hub.Server.RequestsFor(Weights)[^1].Headers["Range"]);
        Assert.Equal(hub.Server.Files[Weights].Length - 1000, result.FetchedBytes);
        Assert.Single(hub.Server.RequestsFor("config.json"));
    }

    [Fact]
    public async Task A_killed_process_is_gone_on_with()
    {
        using var hub = HubCase.Mistral();
        var never = new TaskCompletionSource();
        hub.Server.Intercept = request => request.Path.EndsWith(Weights, StringComparison.Ordinal) ? hub.Server.Answer(request) with { CutAfter = Half, HoldsAfter = never.Task } : null;
        using (var process = ChildProcess.Start("pull", $"{hub.Server.Address}|{hub.Models}"))
        {
            var part = Path.Combine(hub.Models, ".pull", "owner+tiny+", Weights + ".part");
            Assert.True(SpinWait.SpinUntil(() => process.HasExited || (File.Exists(part) && new FileInfo(part).Length == Half), TimeSpan.FromMinutes(2)));
            process.Kill();
            Assert.True(process.WaitForExit(60_000));
        }

        Assert.Empty(hub.Store.List());
        hub.Server.Intercept = _ => null;
        var result = await hub.PullAsync();
        Assert.Equal($"bytes={Half}-", hub.Server.RequestsFor(Weights)[^1].Headers["Range"]);
        Assert.Equal(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(result.Path, Weights)));
    }

    [Fact]
    public async Task A_stopped_pull_keeps_what_it_has()
    {
        using var hub = HubCase.Mistral();
        using var source = new CancellationTokenSource();
        hub.Server.Intercept = request =>
        {
            if (!request.Path.EndsWith(Weights, StringComparison.Ordinal))
                return null;

            var never = new TaskCompletionSource();
            _ = CancelWhenThere();
            return hub.Server.Answer(request) with { CutAfter = Half, HoldsAfter = never.Task };
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.PullAsync(cancellation: source.Token));

        hub.Server.Intercept = _ => null;
        var result = await hub.PullAsync();
        Assert.Equal(hub.Server.Files[Weights].Length - Half, result.FetchedBytes);

        async Task CancelWhenThere()
        {
            var part = Path.Combine(hub.Models, ".pull", "owner+tiny+", Weights + ".part");
            while (!File.Exists(part) || new FileInfo(part).Length < Half)
                await Task.Delay(10);

            await source.CancelAsync();
        }
    }

    [SkippableFact]
    public async Task A_disk_that_takes_no_more_leaves_the_part_and_a_clear_error()
    {
        Skip.If(OperatingSystem.IsWindows(), "the limit on file lengths is set by a shell");
        using var hub = HubCase.Mistral();
        using var process = ChildProcess.Start("pull", $"{hub.Server.Address}|{hub.Models}", maxFileBlocks: 256);
        var said = await process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(60_000));

        var part = Path.Combine(hub.Models, ".pull", "owner+tiny+", Weights + ".part");
        Assert.StartsWith($"{part}: the file cannot be written: ", said, StringComparison.Ordinal);
        Assert.Equal(256 * 512, new FileInfo(part).Length);
        Assert.Empty(hub.Store.List());
        Assert.Equal(hub.Server.Files[Weights].Length - (256 * 512), (await hub.PullAsync()).FetchedBytes);
    }

    [Fact]
    public async Task A_file_that_changed_begins_anew()
    {
        using var hub = HubCase.Mistral();
        hub.CutOnce(Weights, Half);
        await hub.FailAsync(request => request with { Delay = (_, _) => throw new IcaeException("stopped here") });
        hub.Server.Commit = new string('b', 40);
        hub.Server.AddFolder(ReferenceFiles.Find("base-models", "qwen3"), "config.json", Weights);
        var result = await hub.PullAsync();

        Assert.False(hub.Server.RequestsFor(Weights)[^1].Headers.ContainsKey("Range"));
        Assert.Equal(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(result.Path, Weights)));
    }

    [Fact]
    public async Task Without_hashes_the_servers_mark_decides_whether_the_rest_fits()
    {
        using var hub = HubCase.Mistral();
        hub.Server.ListsHashes = false;
        hub.CutOnce(Weights, Half);
        await hub.FailAsync(request => request with { Delay = (_, _) => throw new IcaeException("stopped here") });

        // The same length, at the same commit: a server that breaks its word.
        hub.Server.Files[Weights] = [.. hub.Server.Files[Weights].Select(value => (byte)~value)];
        var result = await hub.PullAsync();

        Assert.Equal($"bytes={Half}-", hub.Server.RequestsFor(Weights)[^1].Headers["Range"]);
        Assert.Equal(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(result.Path, Weights)));
        Assert.Equal(hub.Server.Files[Weights].Length, new FileInfo(Path.Combine(result.Path, Weights)).Length);
    }

    [Fact]
    public async Task A_damaged_part_is_fetched_anew()
    {
        using var hub = HubCase.Mistral();
        hub.CutOnce(Weights, Half);
        await hub.FailAsync(request => request with { Delay = (_, _) => throw new IcaeException("stopped here") });
        var part = Path.Combine(hub.Models, ".pull", "owner+tiny+", Weights + ".part");
        File.WriteAllBytes(part, new byte[Half]);
        var result = await hub.PullAsync();

        Assert.Equal(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(result.Path, Weights)));
        Assert.Contains(hub.Notes, note => note.Contains("damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Weights, "SHA-256")]
    [InlineData("config.json", "id in git")]
    public async Task Content_with_another_hash_never_becomes_a_model(string file, string told)
    {
        using var hub = HubCase.Mistral();
        byte[] other = [.. hub.Server.Files[file].Select(value => (byte)~value)];
        hub.Server.Intercept = request => request.Path.EndsWith("/" + file, StringComparison.Ordinal) ? HubServer.Content(request, other) : null;

        var message = await hub.FailAsync();
        Assert.Contains($"{file} of owner/tiny", message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.Empty(hub.Store.List());
        Assert.Empty(Directory.GetFiles(Path.Combine(hub.Models, ".pull", "owner+tiny+"), file + "*"));
    }

    [Theory]
    [InlineData(true, -1, "are sent")]
    [InlineData(true, 1, "are sent")]
    [InlineData(false, 1, "more comes than")]
    [InlineData(false, -1, "6 times in a row")]
    public async Task A_file_of_another_length_is_refused(bool hasLength, int by, string told)
    {
        using var hub = HubCase.Mistral();
        var content = hub.Server.Files[Weights];
        byte[] other = by < 0 ? content[..^1] : [.. content, 0];
        hub.Server.Intercept = request => !request.Path.EndsWith(Weights, StringComparison.Ordinal) ? null
            : request.Headers.ContainsKey("Range") ? new HubAnswer(416, []) : new HubAnswer(200, other) { HasLength = hasLength };

        Assert.Contains(told, await hub.FailAsync(), StringComparison.Ordinal);
        Assert.Empty(hub.Store.List());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_hub_is_asked_again_when_it_says(int status)
    {
        using var hub = HubCase.Mistral();
        var asked = 0;
        hub.Server.Intercept = _ => ++asked <= 2 ? new HubAnswer(status, []) { Headers = { ["Retry-After"] = "7" } } : null;
        await hub.PullAsync();

        Assert.Equal([7, 7], hub.Waits.Select(wait => wait.TotalSeconds));
        Assert.Contains(hub.Notes, note => note.Contains($"{status}", StringComparison.Ordinal) && note.Contains("again in 7 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hub_that_asks_for_an_hour_is_not_waited_for()
    {
        using var hub = HubCase.Mistral();
        hub.Server.Intercept = _ => new HubAnswer(429, []) { Headers = { ["Retry-After"] = "3600" } };

        Assert.Contains("60 minutes", await hub.FailAsync(), StringComparison.Ordinal);
        Assert.Empty(hub.Waits);
    }

    [Theory]
    [InlineData(404, "RepoNotFound", "has no model owner/tiny, or no branch, tag or commit 'main'")]
    [InlineData(404, "RevisionNotFound", "has no branch, tag or commit 'main'")]
    [InlineData(401, "GatedRepo", "is gated")]
    [InlineData(401, null, "needs a token in HF_TOKEN")]
    [InlineData(403, "GatedRepo", "is gated")]
    [InlineData(403, null, "refuses access to owner/tiny (403)")]
    [InlineData(418, null, "418")]
    public async Task Refusals_are_told_in_one_line_at_once(int status, string? code, string told)
    {
        using var hub = HubCase.Mistral();
        hub.Server.Intercept = _ => code is null ? new HubAnswer(status, []) : new HubAnswer(status, []) { Headers = { ["X-Error-Code"] = code } };

        var message = await hub.FailAsync();
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Single(hub.Server.Requests);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_to_where_it_redirects()
    {
        using var hub = HubCase.Mistral();
        using var other = HubCase.Mistral();
        hub.Server.Intercept = request => request.Path.EndsWith(Weights, StringComparison.Ordinal)
            ? new HubAnswer(302, []) { Headers = { ["Location"] = $"{other.Server.Address}{request.Path}?signature=secret" } } : null;
        var result = await hub.PullAsync(request => request with { Token = Token });

        Assert.All(hub.Server.Requests, request => Assert.Equal($"Bearer {Token}", request.Headers["Authorization"]));
        Assert.False(Assert.Single(other.Server.RequestsFor(Weights)).Headers.ContainsKey("Authorization"));
        Assert.All(Directory.GetFiles(hub.Models, "*.json", SearchOption.AllDirectories), file => Assert.DoesNotContain(Token, File.ReadAllText(file), StringComparison.Ordinal));
        Assert.DoesNotContain(Token, hub.Request with { Token = Token } + string.Concat(hub.Notes), StringComparison.Ordinal);
        Assert.Equal(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(result.Path, Weights)));
    }

    [Fact]
    public async Task A_renamed_model_is_followed_with_the_token()
    {
        using var hub = HubCase.Mistral();
        hub.Server.Intercept = request => request.Path.Contains("old/tiny", StringComparison.Ordinal)
            ? new HubAnswer(307, []) { Headers = { ["Location"] = request.Path.Replace("old/tiny", "owner/tiny", StringComparison.Ordinal) } } : null;
        var result = await hub.PullAsync(request => request with { Id = HubModelId.Parse("old/tiny"), Token = Token });

        Assert.Equal(result.Path, hub.Store.Find("old/tiny"));
        Assert.All(hub.Server.Requests, request => Assert.Equal($"Bearer {Token}", request.Headers["Authorization"]));
    }

    [Theory]
    [InlineData("file:///etc/passwd", "not safe")]
    [InlineData("ftp://127.0.0.1/x", "not safe")]
    [InlineData(null, "without saying where")]
    [InlineData("", "8 times")]
    public async Task Redirections_to_unsafe_places_are_refused(string? location, string told)
    {
        using var hub = HubCase.Mistral();
        hub.Server.Intercept = request => location is null ? new HubAnswer(302, []) : new HubAnswer(302, []) { Headers = { ["Location"] = location.Length > 0 ? location : request.Path } };

        Assert.Contains(told, await hub.FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void From_https_to_http_no_redirection_is_followed()
    {
        var target = new HubTarget(HubEndpoint.Parse("https://hub.example"), HubModelId.Parse("owner/tiny"), "main");

        Assert.Contains("from https to http", Assert.Throws<IcaeException>(() => DownloadClient.Follow(new Uri("https://hub.example/x"), new Uri("http://hub.example/y"), target)).Message, StringComparison.Ordinal);
        Assert.Equal(new Uri("https://hub.example/y"), DownloadClient.Follow(new Uri("https://hub.example/x"), new Uri("/y", UriKind.Relative), target));
    }

    [Fact]
    public async Task A_refusal_from_the_other_server_is_asked_for_again_at_the_hub()
    {
        using var hub = HubCase.Mistral();
        using var other = HubCase.Mistral();
        var refused = false;
        hub.Server.Intercept = request => request.Path.EndsWith(Weights, StringComparison.Ordinal)
            ? new HubAnswer(302, []) { Headers = { ["Location"] = $"{other.Server.Address}{request.Path}?signature=secret" } } : null;
        other.Server.Intercept = _ => refused ? null : (refused = true, new HubAnswer(403, [])).Item2;
        await hub.PullAsync();

        Assert.Equal(2, hub.Server.RequestsFor(Weights).Count);
        Assert.DoesNotContain("secret", string.Concat(hub.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hash_that_only_the_hubs_answer_names_counts()
    {
        using var hub = HubCase.Mistral();
        hub.Server.ListsHashes = false;
        hub.Server.Intercept = request => !request.Path.EndsWith(Weights, StringComparison.Ordinal) ? null
            : hub.Server.Answer(request) is var answer && answer.Headers.TryAdd("X-Linked-Etag", $"\"{new string('0', 64)}\"") ? answer : null;

        Assert.Contains("SHA-256", await hub.FailAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hub.example", "hf_x", "https only")]
    [InlineData("https://hub.example", "hf\nx", "no token")]
    public async Task A_token_that_would_be_exposed_is_not_sent(string address, string token, string told)
    {
        using var hub = new HubCase();

        var message = await hub.FailAsync(request => request with { Endpoint = HubEndpoint.Parse(address), Token = token });
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_named()
    {
        using var hub = new HubCase();
        hub.Server.Dispose();

        Assert.Contains($"{new Uri(hub.Server.Address).Authority} cannot be reached", await hub.FailAsync(request => request with { Endpoint = HubEndpoint.Parse(hub.Server.Address) }), StringComparison.Ordinal);
    }

    /// <summary>Pulls in a process of its own.</summary>
    internal static void Pull(string place)
    {
        var parts = place.Split('|');
        try
        {
            HubPull.RunAsync(new HubPullRequest { Id = HubModelId.Parse("owner/tiny"), Endpoint = HubEndpoint.Parse(parts[0]), Models = parts[1] }).GetAwaiter().GetResult();
            Console.WriteLine("pulled");
        }
        catch (IcaeException error)
        {
            Console.WriteLine(error.Message);
        }
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
