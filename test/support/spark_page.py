"""Runs a block of Python with a session `spark`, as a notebook has one. stdin: {folder, code} as JSON; stdout: what the
block printed, as JSON."""

import contextlib
import io
import json
import os
import sys

from pyspark.sql import SparkSession

spec = json.load(sys.stdin)
os.chdir(spec["folder"])  # before the JVM starts: paths of the block are relative to it
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.driver.memory", "1g")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    exec(compile(spec["code"], "the page", "exec"), {"spark": spark})
json.dump(printed.getvalue(), sys.stdout)
spark.stop()
