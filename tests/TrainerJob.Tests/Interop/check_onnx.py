"""Checks ONNX files with the reference checker, shape inference included: check_onnx.py FILE…"""
import sys

import onnx

for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    print(model.opset_import[0].version, len(model.graph.node))
