namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Values go to Python and back.</summary>
[Collection("cells")]
public sealed class PythonSharingTests(OnePython python) : IClassFixture<OnePython>
{

    [SkippableFact]
    public async Task A_table_goes_to_Python_and_an_array_comes_back()
    {
        var cells = await python.GetAsync("numpy", "pandas");
        await cells.RunAsync(FrameCells.Reference);
        await cells.RunAsync(FrameCells.Make);
        await cells.RunAsync("#!py\n#!share --from csharp table\nmeans = table[['z', 'a']].mean().to_numpy()");

        Assert.Equal("['z', 'a', 'name', 'flag', 'day'] ['float64', 'Int64', 'object', 'boolean', 'datetime64[ns]'] [2, 1, 1, 1, 1] drïe 1999-12-31", await cells.PrintAsync("list(table.columns), [str(t) for t in table.dtypes], [int(n) for n in table.isna().sum()], table['name'][2], table['day'][2].date()"));
        await cells.RunAsync("#!share --from py means\n#!share --from py table --as back");
        Assert.Equal("System.Double[] 1.5 2", (await cells.RunAsync("Console.Write($\"{means.GetType()} {means[0]} {means[1]}\");")).Out);
        Assert.Equal(
            "Microsoft.Data.Analysis.DataFrame z:Double:1.5,-,- a:Int64:1,-,3 name:String:one,-,drïe flag:Boolean:True,-,False day:DateTime:01/02/2024 00:00:00,-,12/31/1999 00:00:00",
            (await cells.RunAsync("Console.Write(back.GetType() + \" \" + string.Join(\" \", back.Columns.Select(c => $\"{c.Name}:{c.DataType.Name}:{string.Join(\",\", Enumerable.Range(0, 3).Select(i => c[i] ?? \"-\"))}\")));")).Out);
    }

    [SkippableFact]
    public async Task A_table_of_pandas_becomes_columns_where_there_is_no_data_frame()
    {
        using var cells = await PythonCells.StartAsync("numpy", "pandas");
        await cells.PythonAsync("""
            import pandas as pd, numpy as np, datetime
            t = pd.DataFrame({
                "i": np.array([1, 2], dtype="uint8"), "f": [1.5, np.nan], "s": ["a", None], "mixed": [1, 2.5],
                "c": pd.Categorical(["x", "y"]), "utc": pd.to_datetime(["2024-01-02T03:04:05Z", None]), "d": [datetime.date(2024, 1, 2), None],
                3: [True, False]}, index=pd.Index(["r1", "r2"], name="row"))
            filtered = t.reset_index(drop=True)[["i"]].iloc[1:]
            """);
        await cells.RunAsync("#!share --from py t\n#!share --from py filtered");

        Assert.Equal(
            "row String[] r1,r2|i Int64[] 1,2|f Nullable`1[] 1.5,-|s String[] a,-|mixed Double[] 1,2.5|c String[] x,y|utc Nullable`1[] 01/02/2024 03:04:05,-|d Nullable`1[] 01/02/2024 00:00:00,-|3 Boolean[] True,False",
            (await cells.RunAsync("Console.Write(string.Join(\"|\", t.Select(c => $\"{c.Key} {c.Value.GetType().Name} {string.Join(\",\", c.Value.Cast<object>().Select(v => v ?? \"-\"))}\")));")).Out);
        Assert.Equal("Utc", await cells.Cells.ValueAsync("((DateTime?[])t[\"utc\"])[0].Value.Kind.ToString()"));
        Assert.Equal("i 2", await cells.Cells.ValueAsync("filtered.Single().Key + \" \" + ((long[])filtered[\"i\"])[0]"));
    }

    [SkippableTheory]
    [InlineData("null", "None")]
    [InlineData("true", "True")]
    [InlineData("42", "42")]
    [InlineData("ulong.MaxValue", "18446744073709551615")]
    [InlineData("1.0", "1.0")]
    [InlineData("0.1f", "0.10000000149011612")]
    [InlineData("1e300", "1e+300")]
    [InlineData("double.NaN", "nan")]
    [InlineData("double.NegativeInfinity", "-inf")]
    [InlineData("1.10m", "Decimal('1.10')")]
    [InlineData("'c'", "'c'")]
    [InlineData("\"a'\\\"\\\\ \\n\\r é 😀 </script> {x} ?\"", "'a\\'\"\\\\ \\n\\r é 😀 </script> {x} ?'")]
    [InlineData("new DateTime(2024, 1, 2, 3, 4, 5, 6)", "datetime.datetime(2024, 1, 2, 3, 4, 5, 6000)")]
    [InlineData("new DateTime(2024, 1, 2, 0, 0, 0, DateTimeKind.Utc)", "datetime.datetime(2024, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)")]
    [InlineData("new DateOnly(2024, 1, 2)", "datetime.date(2024, 1, 2)")]
    [InlineData("new[] { \"a\", null }", "['a', None]")]
    [InlineData("new List<object> { 1.5, double.NaN, null }", "[1.5, nan, None]")]
    [InlineData("new object[] { 1, \"a\", new[] { new[] { \"b\" } }, (2, false) }", "[1, 'a', [['b']], [2, False]]")]
    [InlineData("new Dictionary<string, object> { [\"!\"] = \"map\", [\"b\"] = new List<object>() }", "{'!': 'map', 'b': []}")]
    public async Task Values_go_to_Python_and_back(string csharp, string shown)
    {
        var cells = await python.GetAsync();
        await cells.RunAsync($"object v = {csharp};");
        await cells.RunAsync("#!py\n#!share --from csharp v --as got");
        Assert.Equal(shown, await cells.PrintAsync("repr(got)"));

        await cells.RunAsync("#!share --from py got --as back");
        await cells.RunAsync("#!py\n#!share --from csharp back");
        Assert.Equal(shown, await cells.PrintAsync("repr(back)"));
    }

    [SkippableFact]
    public async Task A_list_of_numbers_is_a_list_in_Python_and_an_array_in_CSharp()
    {
        var cells = await python.GetAsync();
        await cells.RunAsync("var list = new List<double> { 1, 2.5 };");
        await cells.RunAsync("#!py\n#!share --from csharp list");

        Assert.Equal("[1.0, 2.5]", await cells.PrintAsync("repr(list)"));
        Assert.Equal("Double[]", await cells.Cells.ValueAsync("#!share --from py list --as array\narray.GetType().Name"));
        await cells.PythonAsync("del list");
    }

    [SkippableTheory]
    [InlineData("new double[] { 1, 0.1, double.NaN, double.PositiveInfinity }", "[1.0, 0.1, nan, inf]", "(4,) float64", "Double[]")]
    [InlineData("new float[] { 0.5f }", "[0.5]", "(1,) float64", "Double[]")]
    [InlineData("new int[] { 1, -2 }", "[1, -2]", "(2,) int64", "Int64[]")]
    [InlineData("new long[] { long.MaxValue }", "[9223372036854775807]", "(1,) int64", "Int64[]")]
    [InlineData("new byte[] { 255 }", "[255]", "(1,) int64", "Int64[]")]
    [InlineData("new bool[] { true, false }", "[True, False]", "(2,) bool", "Boolean[]")]
    [InlineData("new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }", "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]", "(2, 3) float64", "Double[,]")]
    [InlineData("new int[,] { { 1 }, { 2 } }", "[[1], [2]]", "(2, 1) int64", "Int64[,]")]
    [InlineData("new double[0]", "[]", "(0,) float64", "Double[]")]
    public async Task Arrays_are_arrays_of_numpy(string csharp, string shown, string shape, string type)
    {
        var cells = await python.GetAsync("numpy");
        await cells.RunAsync($"var v = {csharp};");
        await cells.RunAsync("#!py\n#!share --from csharp v");
        Assert.Equal($"{shown} {shape} True", await cells.PrintAsync("v.tolist(), v.shape, v.dtype, v.flags.writeable"));

        await cells.RunAsync("#!share --from py v --as back");
        Assert.Equal(type, await cells.Cells.ValueAsync("back.GetType().Name"));
        await cells.RunAsync("#!py\n#!share --from csharp back");
        Assert.Equal("True", await cells.PrintAsync("str(v.tolist()) == str(back.tolist())"));
    }

    [SkippableTheory]
    [InlineData("np.array([[1, 2], [3, 4]], dtype='int8').T", "Int64[,] 1,3,2,4")]
    [InlineData("np.arange(6, dtype='float32')[::2]", "Double[] 0,2,4")]
    [InlineData("np.float32(1.5)", "Double 1.5")]
    [InlineData("np.int64(7)", "Int64 7")]
    [InlineData("np.array(['a', 'b'])", "String[] a,b")]
    [InlineData("np.array(['2024-01-02'], dtype='datetime64[D]').astype('datetime64[ns]')", "DateTime[] 01/02/2024 00:00:00")]
    [InlineData("np.array([2**64 - 1], dtype='uint64')", "BigInteger[] 18446744073709551615")]
    [InlineData("np.array(3.0)", "Double 3")]
    [InlineData("[1, 2.5, 3]", "Double[] 1,2.5,3")]
    [InlineData("[2**53 + 1, 0.5]", "Object[] 9007199254740993,0.5")]
    [InlineData("(True, False)", "Boolean[] True,False")]
    [InlineData("[None, 1]", "Nullable`1[] ,1")]
    [InlineData("[]", "Object[] ")]
    public async Task Values_of_numpy_arrive(string code, string shown)
    {
        var cells = await python.GetAsync("numpy");
        await cells.PythonAsync($"import numpy as np\nv = {code}");

        Assert.Equal(shown, (await cells.RunAsync("#!share --from py v\nConsole.Write(((object)v).GetType().Name + \" \" + ((object)v is Array array ? string.Join(\",\", array.Cast<object>()) : v.ToString()));")).Out);
    }

    [SkippableTheory]
    [InlineData("v = lambda: 1", "it is a function, for which other languages have no form")]
    [InlineData("v = [1]; v.append(v)", "it contains itself, by a list")]
    [InlineData("v = {1: 2}", "it is a dictionary whose keys are not texts, but int")]
    [InlineData("v = 1j", "it is a complex, for which other languages have no form")]
    [InlineData("v = b'a'", "it is a bytes, for which other languages have no form")]
    [InlineData("v = 'a\\ud800'", "it has a text with half a surrogate pair")]
    [InlineData("v = 'a' * 64_000_000", "it is larger than 64 MB as JSON")]
    [InlineData("v = 1\nfor i in range(70): v = [v]", "it is nested more than 60 deep")]
    [InlineData("class Odd(list):\n  def __iter__(self): raise ValueError('ugly')\nv = Odd([1])", "ValueError: ugly")]
    public async Task What_has_no_form_elsewhere_is_refused_by_name(string code, string reason)
    {
        var cells = await python.GetAsync();
        await cells.PythonAsync(code);

        Assert.Equal($"v cannot be shared with py: {reason}.", await cells.FailAsync("#!share --from py v"));
        Assert.Equal("w cannot be shared with py: there is no variable w.", await cells.FailAsync("#!share --from py w"));
    }

    [SkippableTheory]
    [InlineData("np.zeros((1, 1, 1))", "it is an array of 3 dimensions; at most two can be shared")]
    [InlineData("np.array([1j])", "it is an array of complex128, for which other languages have no form")]
    [InlineData("np.ma.array([1], mask=[True])", "it is a masked array, for which other languages have no form")]
    [InlineData("np.zeros(9_000_000)", "it is larger than 64 MB as JSON")]
    [InlineData("pd.DataFrame([[1, 2]], columns=['a', 'a'])", "it has two columns named \"a\"")]
    [InlineData("pd.DataFrame({'a': [{}, 'x']})", "its column \"a\" holds dict and str, for which other languages have no form")]
    [InlineData("pd.DataFrame({'a': pd.to_timedelta([1])})", "its column \"a\" holds timedelta64[ns], for which other languages have no form")]
    public async Task Arrays_and_tables_that_have_no_form_elsewhere_are_refused(string code, string reason)
    {
        var cells = await python.GetAsync("numpy", "pandas");
        await cells.PythonAsync($"import numpy as np, pandas as pd\nv = {code}");

        Assert.Equal($"v cannot be shared with py: {reason}.", await cells.FailAsync("#!share --from py v"));
    }

    [SkippableFact]
    public async Task A_library_that_is_missing_is_one_error()
    {
        using var cells = await PythonCells.StartAsync();
        await cells.PythonAsync("import sys\nsys.modules['numpy'] = None\nsys.modules['pandas'] = None");
        await cells.RunAsync(FrameCells.Reference);
        await cells.RunAsync(FrameCells.Make + "\nvar array = new[] { 1.0 };");

        Assert.StartsWith("table cannot be shared with py: a table needs pandas, which cannot be imported in this Python (", await cells.FailAsync("#!py\n#!share --from csharp table"), StringComparison.Ordinal);
        Assert.StartsWith("array cannot be shared with py: an array needs numpy, which cannot be imported in this Python (", await cells.FailAsync("#!py\n#!share --from csharp array"), StringComparison.Ordinal);
        await cells.RunAsync("#!py\n#!set --name n --value 3");
        Assert.Equal("3", await cells.PrintAsync("n"));
    }

    [SkippableFact]
    public async Task Python_passes_values_to_JavaScript_and_to_another_Python()
    {
        using var cells = await PythonCells.StartAsync();
        await cells.RunAsync("#!connect jupyter --kernel-name other --kernel-spec python3");
        await cells.PythonAsync("v = {'a': [1, float('nan')], 'end': '</script>'}");

        await cells.RunAsync("#!other\n#!share --from py v\nv['a'][0] += 1");
        Assert.Equal("{'a': [2, nan], 'end': '</script>'}", (await cells.RunAsync("#!other\nprint(v, end='')")).Out);
        Assert.Contains("""globalThis["v"] = {"a":[1,null],"end":"\u003C/script\u003E"};""", (await cells.RunAsync("#!javascript\n#!share --from py v\n1;")).Displays.Single().Content.Data["text/html"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Sharing_leaves_no_names_no_numbers_and_no_output()
    {
        using var cells = await PythonCells.StartAsync();
        await cells.PythonAsync("kept = 6\nkept * 7");
        await cells.PythonAsync("before = set(globals())");
        var output = await cells.RunAsync("#!share --from py kept\n#!py\n#!set --name given --value [1, 2]");

        Assert.Empty(output.Events);
        Assert.Equal("['given'] [1, 2] 42", await cells.PrintAsync("sorted(set(globals()) - before - {'before', '_i3', '_i2', '_i4'}), given, Out[1]"));
        Assert.Equal("in cannot be shared with py: \"in\" cannot be the name of a Python variable.", await cells.FailAsync("#!py\n#!set --name in --value 1"));
    }

    [SkippableFact]
    public async Task A_large_value_goes_both_ways()
    {
        var cells = await python.GetAsync();
        await cells.RunAsync("var v = string.Concat(Enumerable.Repeat(\"ab\\\"\\\\é\", 1_000_000));");
        await cells.RunAsync("#!py\n#!share --from csharp v --as w");
        Assert.Equal("5000000", await cells.PrintAsync("len(w)"));
        Assert.Equal("True", await cells.Cells.ValueAsync("#!share --from py w\nw == v"));
    }

    [SkippableFact]
    public async Task A_kernel_that_dies_while_sharing_is_one_error()
    {
        using var cells = await PythonCells.StartAsync();
        await cells.PythonAsync("import os\nclass Deadly(list):\n  def __iter__(self): os._exit(5)\nv = Deadly([1])");

        Assert.Contains("The kernel py ended with exit code 5.", await cells.FailAsync("#!share --from py v"), StringComparison.Ordinal);
        Assert.Contains("there is no #!py", await cells.FailAsync("#!py\n1"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Sharing_can_be_interrupted()
    {
        var cells = await python.GetAsync();
        await cells.PythonAsync("import time\nclass Slow(list):\n  def __iter__(self):\n    print('on', flush=True)\n    time.sleep(1000)\nv = Slow([1])");
        var output = new Language.RecordedOutput();
        var running = cells.Cells.TryAsync("#!share --from py v", output);
        while (!output.Out.StartsWith("on", StringComparison.Ordinal))
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(10);
        }

        cells.Engine.Interrupt();
        Assert.Equal("Interrupted", (await running.WaitAsync(TimeSpan.FromSeconds(60))).Error?.Name);
        Assert.Equal("ok", await cells.PrintAsync("'ok'"));
    }
}
