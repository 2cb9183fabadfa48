// Writes src/engine/compiled/op-signatures.ts: output names and input types of the TensorFlow operations that tfjs-node's
// kernels may run, as the library itself lists them. Run it by hand after an
// upgrade of TensorFlow or tfjs-node, then format. Usage: op-signatures.mjs FOLDER (that holds libtensorflow_cc.so.2)
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tfjsNode = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))
/** @type {any} generated JavaScript without typings */
const protocol = require(join(tfjsNode, 'dist/proto/api_pb.js'))

/** Operations the engine itself records, beside those of the kernels. */
const ownOperations = [
  'Const',
  'While',
  'If',
  'BatchMatMulV3',
  'PartitionedCall',
  'XlaDynamicUpdateSlice',
  'TensorStridedSliceUpdate',
]

/** TF_GetAllOpList of the library: a serialized OpList. */
function readOpList(/** @type {string} */ folder) {
  const program = `
import ctypes, sys, glob
ctypes.CDLL(glob.glob(sys.argv[1] + '/libtensorflow_framework.so.2')[0], mode=ctypes.RTLD_GLOBAL)
library = ctypes.CDLL(glob.glob(sys.argv[1] + '/libtensorflow_cc.so.2')[0])
class Buffer(ctypes.Structure):
    _fields_ = [('data', ctypes.c_void_p), ('length', ctypes.c_size_t)]
library.TF_GetAllOpList.restype = ctypes.POINTER(Buffer)
buffer = library.TF_GetAllOpList().contents
sys.stdout.buffer.write(ctypes.string_at(buffer.data, buffer.length))
`
  return execFileSync('python3', ['-c', program, folder], { maxBuffer: 64 * 2 ** 20 })
}

/** Every string in the kernels' sources that could name an operation, and tfjs' kernel names. */
function candidates() {
  const names = new Set(ownOperations)
  const folder = join(tfjsNode, 'dist')
  const files = readdirSync(join(folder, 'kernels')).map((file) => join(folder, 'kernels', file))
  for (const file of [
    ...files.filter((name) => name.endsWith('.js')),
    join(folder, 'nodejs_kernel_backend.js'),
  ]) {
    for (const match of readFileSync(file, 'utf8').matchAll(/['"]([A-Z_]\w+)['"]/g)) names.add(match[1] ?? '')
  }
  const kernelNames = require('@tensorflow/tfjs-core/dist/kernel_names.js')
  for (const name of Object.values(kernelNames)) if (typeof name === 'string') names.add(name)
  return names
}

const wanted = candidates()
const lines = []
for (const op of protocol.OpList.deserializeBinary(
  new Uint8Array(readOpList(process.argv[2] ?? '.')),
).getOpList()) {
  if (!wanted.has(op.getName())) continue
  const outputs = op
    .getOutputArgList()
    .map(
      (/** @type {any} */ argument) =>
        argument.getName() + (argument.getNumberAttr() || argument.getTypeListAttr() ? '*' : ''),
    )
  const inputs = op.getInputArgList().map((/** @type {any} */ argument) => {
    const type = argument.getTypeAttr() || argument.getTypeListAttr() || '-'
    if (argument.getNumberAttr()) return `${type}*${argument.getNumberAttr()}`
    return argument.getTypeListAttr() ? `${type}*` : type
  })
  lines.push(`  ${op.getName()}: '${outputs.join(' ')} < ${inputs.join(' ')}',`)
}
writeFileSync(
  join(root, 'src/engine/compiled/op-signatures.ts'),
  `// Operations of TensorFlow: names of the outputs, then the type attribute of each input. \`name*\` is a list output; \`T*N\` a
// list input of length attribute N, \`T*\` one of mixed types, \`-\` a fixed type. Written by scripts/op-signatures.mjs from
// TensorFlow's own list.
/** Operation -> "outputs < input types". */
export const opSignatures: Readonly<Record<string, string>> = {
${lines.sort().join('\n')}
}
`,
)
