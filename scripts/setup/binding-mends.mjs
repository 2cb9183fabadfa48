// A fault of tfjs-node 4.22's binding, mended in a copy of its C++ before it is compiled: a tensor shares the memory of the
// JavaScript array it was made from. A variable of a session may keep that memory, and then sees what the script writes into the
// array later, and frees it on a thread of TensorFlow's own.

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
