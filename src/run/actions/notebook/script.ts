// The Python that runs a notebook: nbclient does the work. It says what went wrong in the file that it is given, so that
// the failure is worded in one place. Times are not recorded, that equal runs may be equal bytes.

/** Reads {path, output, cwd, params, kernel, answer} from the file that is its first argument. */
export const NOTEBOOK_SCRIPT = `
import json, sys

asked = json.load(open(sys.argv[1], encoding="utf-8"))


def answer(**said):
    with open(asked["answer"], "w", encoding="utf-8") as file:
        json.dump(said, file)


try:
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
except ImportError as error:
    answer(kind="absent", name=str(error.name))
    sys.exit(0)

try:
    notebook = nbformat.read(asked["path"], as_version=4)
    nbformat.validate(notebook)
except Exception as error:
    answer(kind="unreadable", message=str(error).splitlines()[0])
    sys.exit(0)

if asked["params"]:
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        answer(kind="language", language=language)
        sys.exit(0)
    lines = [f"{name} = {value!r}" for name, value in asked["params"].items()]
    cell = nbformat.v4.new_code_cell("\\n".join(["# set by pipeline.yaml", *lines]))
    cell["id"] = "injected-parameters"
    cell.metadata["tags"] = ["injected-parameters"]
    if notebook.nbformat_minor < 5:
        del cell["id"]
    tagged = [at for at, each in enumerate(notebook.cells) if "parameters" in each.metadata.get("tags", [])]
    notebook.cells.insert(tagged[0] + 1 if tagged else 0, cell)

total = len(notebook.cells)


def tell(cell, cell_index, **_):
    print(f"cell {cell_index + 1} of {total}", flush=True)


def show(cell, cell_index, execute_reply, **_):
    for each in cell.get("outputs", []):
        if each.output_type == "stream":
            print(each.text, end="" if each.text.endswith("\\n") else "\\n", flush=True)


kernel = {"kernel_name": asked["kernel"]} if asked["kernel"] else {}
client = NotebookClient(
    notebook,
    timeout=None,
    record_timing=False,
    resources={"metadata": {"path": asked["cwd"]}},
    on_cell_execute=tell,
    on_cell_executed=show,
    **kernel,
)
said = {"kind": "done", "cells": total}
try:
    client.execute()
except CellExecutionError as error:
    at = next(at for at, each in enumerate(notebook.cells) if any(out.output_type == "error" for out in each.get("outputs", [])))
    print(error.traceback if hasattr(error, "traceback") else str(error), flush=True)
    said = {"kind": "failed", "cell": at + 1, "of": total, "name": error.ename, "message": error.evalue}
except NoSuchKernel as error:
    said = {"kind": "kernel", "name": error.name}
except DeadKernelError:
    said = {"kind": "died"}
nbformat.write(notebook, asked["output"])
answer(**said)
`;
