"""Prints the devices that a libtensorflow sees, as one JSON list: devices.py LIBRARY_PATH"""

import ctypes
import json
import sys

tf = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
pointer, integer = ctypes.c_void_p, ctypes.c_int
for name, result, arguments in [
    ("TF_NewStatus", pointer, []),
    ("TF_GetCode", integer, [pointer]),
    ("TF_Message", ctypes.c_char_p, [pointer]),
    ("TFE_NewContextOptions", pointer, []),
    ("TFE_NewContext", pointer, [pointer, pointer]),
    ("TFE_ContextListDevices", pointer, [pointer, pointer]),
    ("TF_DeviceListCount", integer, [pointer]),
    ("TF_DeviceListName", ctypes.c_char_p, [pointer, integer, pointer]),
    ("TF_DeviceListType", ctypes.c_char_p, [pointer, integer, pointer]),
    ("TF_DeviceListMemoryBytes", ctypes.c_int64, [pointer, integer, pointer]),
]:
    getattr(tf, name).restype = result
    getattr(tf, name).argtypes = arguments

status = tf.TF_NewStatus()
context = tf.TFE_NewContext(tf.TFE_NewContextOptions(), status)
if tf.TF_GetCode(status):
    raise SystemExit(tf.TF_Message(status).decode())
devices = tf.TFE_ContextListDevices(context, status)
print(
    json.dumps(
        [
            {
                "name": tf.TF_DeviceListName(devices, index, status).decode(),
                "type": tf.TF_DeviceListType(devices, index, status).decode(),
                "memoryBytes": tf.TF_DeviceListMemoryBytes(devices, index, status),
            }
            for index in range(tf.TF_DeviceListCount(devices))
        ]
    )
)
