"""The public conformance tests of Jupyter kernels, for the C# kernel. Its spec is found by JUPYTER_PATH."""

import unittest

import jupyter_kernel_test


class CSharpKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = ".net-csharp"
    language_name = "C#"
    file_extension = ".cs"
    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    completion_samples = [
        {"text": "Console.WriteL", "matches": {"WriteLine"}},
        {"text": "Math.Clam", "matches": {"Clamp"}},
    ]
    complete_code_samples = ["1 + 1", "var x = 2;", "int F(int a)\n{\n    return a;\n}"]
    incomplete_code_samples = ["int F(int a)\n{", "foreach (var c in \"abc\")\n{\n    c.ToString();", "var s = @\"a"]
    invalid_code_samples = ["var x = );", "int F(int) }"]
    code_page_something = "Console?"
    code_generate_error = 'throw new InvalidOperationException("wrong");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "\"abc\".Length", "result": "3"},
        {"code": "new[] { 1, 2 }.Sum()", "result": "3"},
    ]
    code_display_data = [
        {"code": 'display(HTML("<b>bold</b>"));', "mime": "text/html"},
        {"code": '"# title".DisplayAs("text/markdown");', "mime": "text/markdown"},
    ]
    code_history_pattern = "6*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Console.WriteLine"
    code_clear_output = "ClearOutput();"


if __name__ == "__main__":
    unittest.main(verbosity=2)
