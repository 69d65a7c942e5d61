"""Writes the pixels that the sample client prepares: prepare.py STEPS.json OUT PICTURE…"""

import json
import pathlib
import sys

import predict

steps = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
with open(sys.argv[2], "wb") as out:
    for path in sys.argv[3:]:
        out.write(predict.prepare(path, steps).tobytes())
