#!/usr/bin/env python3
"""Breaks the engine on purpose, one line at a time, and looks whether the tests notice.

    python3 packages/Storage/tests/Mutations/run.py packages/Storage/tests/Mutations/btree.txt [NAME ...]

A list has blocks of "@ name | source file | test filter", lines "- old" and lines "+ new". The old lines must be in the
file exactly once. Each block is built and the tests it names are run; a block whose tests stay green is reported, and the
exit code is 1. The sources are put back in the end. Build the tests first (-c Release).
"""
import os, shutil, subprocess, sys

root = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../.."))
source = os.path.join(root, "packages/Storage/src")
tests = os.path.join(root, "artifacts/bin/Gabbro.Storage.Tests/release")
product = os.path.join(root, "artifacts/bin/Gabbro.Storage/release/Gabbro.Storage.dll")


def blocks(path):
    block = None
    for line in open(path):
        line = line.rstrip("\n")
        if line.startswith("@"):
            block = [part.strip() for part in line[1:].split("|")] + [[], []]
            yield block
        elif line.startswith("- ") or line == "-":
            block[3].append(line[2:])
        elif line.startswith("+ ") or line == "+":
            block[4].append(line[2:])


def run(block):
    name, file, test, old, new = block
    path = os.path.join(source, file)
    text = open(path).read()
    before, after = "\n".join(old) + "\n", "".join(line + "\n" for line in new)
    if text.count(before) != 1:
        return f"does not apply ({text.count(before)} places)"
    try:
        open(path, "w").write(text.replace(before, after))
        build = subprocess.run(
            ["dotnet", "build", source, "-c", "Release", "-v", "q", "--nologo", "--no-restore", "-p:TreatWarningsAsErrors=false", "-p:CheckPublicApi=false"],
            capture_output=True, text=True)
        if build.returncode != 0:
            return "does not build: " + "".join(l for l in build.stdout.splitlines(True) if "error" in l)[:300]
        work = os.path.join(root, "artifacts/mutant")
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(tests, work)
        shutil.copy(product, work)
        command = [os.path.join(work, "Gabbro.Storage.Tests"), "--filter", " | ".join(f"FullyQualifiedName~{t}" for t in test.split())]
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=240)
        except subprocess.TimeoutExpired:
            return "caught (never ended)"
        red = [l.split()[1].split("(")[0] for l in result.stdout.splitlines() if l.startswith("failed ")]
        if result.returncode == 0:
            return "SURVIVED"
        return "caught by " + ", ".join(sorted(set(red))) if red else f"caught (exit code {result.returncode})"
    finally:
        open(path, "w").write(text)


chosen = sys.argv[2:]
survived = 0
for block in blocks(sys.argv[1]):
    if chosen and block[0] not in chosen:
        continue
    outcome = run(block)
    survived += not outcome.startswith("caught")
    print(f"{block[0]}: {outcome}", flush=True)
sys.exit(1 if survived else 0)
