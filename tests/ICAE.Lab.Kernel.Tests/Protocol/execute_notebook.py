"""Executes a notebook by nbclient, as JupyterLab's "run all" does. Arguments: the notebook, the folder it is to run in."""

import sys

import nbclient
import nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
client = nbclient.NotebookClient(notebook, timeout=300, kernel_name=".net-csharp", resources={"metadata": {"path": sys.argv[2]}})
client.execute()
nbformat.validate(notebook)
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            print(output.text, end="")
