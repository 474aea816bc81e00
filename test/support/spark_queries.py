"""Runs SQL on Spark over Parquet files. stdin: {views: {name: {base, files}}, tables: {name: sql}, queries: {name: sql}}
as JSON; stdout: {name: rows}. `tables` are queries whose result the later ones read by name."""

import json
import sys

from pyspark.sql import SparkSession

spec = json.load(sys.stdin)
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.driver.memory", "1g")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
for name, view in spec["views"].items():
    frame = spark.read.option("basePath", view["base"]).option("mergeSchema", "true").parquet(*view["files"])
    frame.createOrReplaceTempView(name)
for name, rows in spec["rows"].items():
    spark.createDataFrame(rows["data"], rows["schema"]).createOrReplaceTempView(name)
for name, sql in spec["tables"].items():
    spark.sql(sql).createOrReplaceTempView(name)
answers = {name: [row.asDict() for row in spark.sql(sql).collect()] for name, sql in spec["queries"].items()}
json.dump(answers, sys.stdout)
spark.stop()
