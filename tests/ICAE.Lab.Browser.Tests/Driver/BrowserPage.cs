using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Browser.Tests.Driver;

/// <summary>A page: what a reader does with it, and what it did.</summary>
internal sealed class BrowserPage
{
    private const int Width = 1280;
    private const int Height = 900;
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Func<string, JsonObject?, Task<JsonObject>> _send;
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly ConcurrentQueue<string> _problems = [];

    internal BrowserPage(Func<string, JsonObject?, Task<JsonObject>> send) => _send = send;

    /// <summary>The addresses of all requests so far, of web sockets too.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Exceptions that no script caught, and what was written to the console as an error.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>Takes the network away; files stay.</summary>
    public Task GoOfflineAsync() => _send("Network.emulateNetworkConditions", new JsonObject { ["offline"] = true, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = -1 });

    /// <summary>Prefers dark or light, and shows the page as on a screen or as on paper.</summary>
    public Task PreferAsync(bool dark, bool paper = false) => _send("Emulation.setEmulatedMedia", new JsonObject
    {
        ["media"] = paper ? "print" : "screen",
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
    });

    /// <summary>Makes the window as wide as this, in pixels.</summary>
    public Task ResizeAsync(int width) => _send("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = Height, ["deviceScaleFactor"] = 1, ["mobile"] = false });

    /// <summary>Lets no script of the page run, from the next page on.</summary>
    public Task ForbidScriptsAsync() => _send("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = true });

    /// <summary>Opens an address and waits until it is loaded.</summary>
    public async Task GoAsync(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var told = await _send("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        if (told["errorText"] is { } error)
            throw new BrowserException($"{address}: {error}");

        await WaitAsync("document.readyState === 'complete'", $"the end of loading {address}");
    }

    /// <summary>Evaluates an expression in the page; a promise is waited for.</summary>
    /// <typeparam name="T">What its value, as JSON, is read as.</typeparam>
    /// <exception cref="BrowserException">It failed.</exception>
    public async Task<T> EvaluateAsync<T>(string expression) =>
        await EvaluateAsync(expression) is { } value ? value.Deserialize<T>()! : throw new BrowserException($"There is no value: {expression}");

    /// <summary>Evaluates an expression in the page; a promise is waited for.</summary>
    /// <exception cref="BrowserException">It failed.</exception>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var told = await _send("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true, ["userGesture"] = true });
        if (told["exceptionDetails"] is JsonObject details)
            throw new BrowserException($"{Describe(details)} in: {expression}");

        return told["result"]?["value"]?.DeepClone();
    }

    /// <summary>Waits until an expression is true. While a page is left for another, it is not.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="what">What is waited for, in words.</param>
    /// <param name="limit">How long at most; <see langword="null"/> for a minute.</param>
    /// <exception cref="BrowserException">It did not become true.</exception>
    public async Task WaitAsync(string expression, string what, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        var last = "";
        while (watch.Elapsed < (limit ?? Usual))
        {
            try
            {
                if (await EvaluateAsync<bool>($"!!({expression})"))
                    return;
            }
            catch (BrowserException error)
            {
                last = error.Message;
            }

            await Task.Delay(Between);
        }

        throw new BrowserException($"Waited {watch.Elapsed.TotalSeconds:0} s in vain for {what}. {last}");
    }

    /// <summary>Brings an element into view and moves the mouse over its middle.</summary>
    /// <param name="element">An expression that gives the element.</param>
    public async Task HoverAsync(string element)
    {
        var (x, y) = await MiddleAsync(element);
        await HoverAsync(x, y);
    }

    /// <summary>Moves the mouse to a place of the window, by a step beside it, as a hand does.</summary>
    public async Task HoverAsync(double x, double y)
    {
        await MouseAsync("mouseMoved", x - 3, y - 2, "none");
        await MouseAsync("mouseMoved", x, y, "none");
    }

    /// <summary>Brings an element into view and clicks on its middle.</summary>
    /// <param name="element">An expression that gives the element.</param>
    public async Task ClickAsync(string element)
    {
        var (x, y) = await MiddleAsync(element);
        await MouseAsync("mouseMoved", x, y, "none");
        await MouseAsync("mousePressed", x, y, "left");
        await MouseAsync("mouseReleased", x, y, "left");
    }

    /// <summary>Presses and releases a key.</summary>
    /// <param name="key">Its name: Enter, Tab or Escape.</param>
    public async Task PressAsync(string key)
    {
        var (code, text) = key switch
        {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            _ => throw new ArgumentException($"The key {key} is not known here.", nameof(key)),
        };
        foreach (var type in (string[])[text.Length > 0 ? "keyDown" : "rawKeyDown", "keyUp"])
            await _send("Input.dispatchKeyEvent", new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code, ["text"] = type == "keyUp" ? "" : text });
    }

    /// <summary>Prints the page into a PDF file.</summary>
    public async Task<byte[]> PrintAsync() => Convert.FromBase64String((await _send("Page.printToPDF", null))["data"]!.GetValue<string>());

    /// <summary>A picture of what the window shows, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => Convert.FromBase64String((await _send("Page.captureScreenshot", null))["data"]!.GetValue<string>());

    internal async Task PrepareAsync()
    {
        foreach (var domain in (string[])["Page", "Runtime", "Network", "Log"])
            await _send(domain + ".enable", null);

        await ResizeAsync(Width);
    }

    internal void Take(string method, JsonObject told)
    {
        switch (method)
        {
            case "Network.requestWillBeSent":
                _requests.Enqueue(told["request"]!["url"]!.GetValue<string>());
                break;
            case "Network.webSocketCreated":
                _requests.Enqueue(told["url"]!.GetValue<string>());
                break;
            case "Runtime.exceptionThrown":
                _problems.Enqueue(Describe(told["exceptionDetails"]!.AsObject()));
                break;
            case "Runtime.consoleAPICalled" when told["type"]!.GetValue<string>() is "error" or "assert":
                _problems.Enqueue(string.Join(' ', told["args"]!.AsArray().Select(each => (each!["value"] ?? each["description"])?.ToString())));
                break;
            case "Log.entryAdded" when told["entry"]!["level"]!.GetValue<string>() == "error":
                _problems.Enqueue($"{told["entry"]!["text"]} {told["entry"]!["url"]}");
                break;
            case "Page.javascriptDialogOpening":
                // A question would stop the page for ever. Those of leaving a page are answered yes.
                _ = _send("Page.handleJavaScriptDialog", new JsonObject { ["accept"] = true });
                break;
        }
    }

    private async Task<(double X, double Y)> MiddleAsync(string element)
    {
        var place = await EvaluateAsync<double[]>($$"""
            (function () {
              var element = {{element}};
              element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
              var box = element.getBoundingClientRect();
              return [box.left + box.width / 2, box.top + box.height / 2];
            })()
            """);
        return (place[0], place[1]);
    }

    private Task<JsonObject> MouseAsync(string type, double x, double y, string button) => _send("Input.dispatchMouseEvent", new JsonObject
    {
        ["type"] = type,
        ["x"] = x,
        ["y"] = y,
        ["button"] = button,
        ["clickCount"] = button == "none" ? 0 : 1,
    });

    private static string Describe(JsonObject details) => $"{details["text"]} {details["exception"]?["description"] ?? details["exception"]?["value"]}".Trim();
}
