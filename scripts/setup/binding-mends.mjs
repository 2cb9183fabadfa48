// Faults of tfjs-node 4.22's binding, mended in a copy of its C++ before it is compiled. One: a tensor shares the memory of the
// JavaScript array it was made from. A variable of a session may keep that memory, and then sees what the script writes into the
// array later, and frees it on a thread of TensorFlow's own. Two: a tensor goes to the GPU when it is made, and a session, which
// is fed from host memory, has it copied back first; a fourth argument `true` of createTensor leaves it on the host.

/** @typedef {{ file: string, find: string, replace: string }} Mend */

/** @type {readonly Mend[]} Each replaces text that stands exactly once in its file. */
export const mends = [
  {
    file: 'tfjs_backend.cc',
    find: `  TF_AutoTensor tensor(TF_NewTensor(dtype, shape, shape_length, array_data,
                                    byte_size, DeallocTensor, auto_ref));
`,
    replace: `  // A copy: a variable of a session may keep the buffer, and TensorFlow may free it on a thread of its own, where no
  // JavaScript reference can be dropped.
  TF_AutoTensor tensor(
      TF_AllocateTensor(dtype, shape, shape_length, byte_size));
  std::memcpy(TF_TensorData(tensor.tensor), array_data, byte_size);
  auto_ref->Cleanup();
  delete auto_ref;
  auto_ref = nullptr;
`,
  },
  {
    file: 'tfjs_binding.cc',
    find: `  size_t argc = 3;
  napi_value args[3];
  napi_value js_this;
  nstatus = napi_get_cb_info(env, info, &argc, args, &js_this, nullptr);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);

  if (argc < 3) {
    NAPI_THROW_ERROR(env,
                     "Invalid number of args passed to createTensor(). "`,
    replace: `  size_t argc = 4;
  napi_value args[4];
  napi_value js_this;
  nstatus = napi_get_cb_info(env, info, &argc, args, &js_this, nullptr);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);

  if (argc < 3) {
    NAPI_THROW_ERROR(env,
                     "Invalid number of args passed to createTensor(). "`,
  },
  {
    file: 'tfjs_binding.cc',
    find: 'return backend->CreateTensor(env, args[0], args[1], args[2]);',
    replace: `bool on_host = false;
  if (argc > 3) napi_get_value_bool(env, args[3], &on_host);
  return backend->CreateTensor(env, args[0], args[1], args[2], on_host);`,
  },
  {
    file: 'tfjs_backend.h',
    find: 'napi_value dtype_value, napi_value array_value);',
    replace: 'napi_value dtype_value, napi_value array_value, bool on_host);',
  },
  {
    file: 'tfjs_backend.cc',
    find: `                                     napi_value dtype_value,
                                     napi_value array_value) {`,
    replace: `                                     napi_value dtype_value,
                                     napi_value array_value, bool on_host) {`,
  },
  {
    file: 'tfjs_backend.cc',
    find: 'if (dtype_int32 != TF_INT32 && dtype_int32 != TF_STRING) {',
    replace: 'if (!on_host && dtype_int32 != TF_INT32 && dtype_int32 != TF_STRING) {',
  },
]

/**
 * Applies the mends of one file. Text that is not there (another version of the package) leaves the source as it is.
 * @param {string} file
 * @param {string} text
 * @returns {string}
 */
export function mendSource(file, text) {
  return mends
    .filter((mend) => mend.file === file)
    .reduce((mended, { find, replace }) => mended.replace(find, () => replace), text)
}
