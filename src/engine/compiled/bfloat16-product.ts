// Matrix products of bfloat16 inputs in a recording: casts around the operation that was run in float32. Under XLA the product
// itself comes out in float32; TensorFlow's own kernel gives bfloat16, which is cast back.
import { attributeName, tensorTypes } from './recording'
import type { RecordedAttribute, RecordedNode, Reference, Scope } from './recording'

/** Operations that multiply matrices. */
const products: ReadonlySet<string> = new Set(['MatMul', 'BatchMatMul', 'BatchMatMulV2', 'Einsum'])

type NewNode = Omit<RecordedNode, 'name'>

/** Whether a node multiplies float32 matrices. */
export function isFloatProduct({ op, inputTypes }: NewNode): boolean {
  return products.has(op) && inputTypes.every((type) => type === tensorTypes.float32)
}

/** Appends the product with its casts, and gives the node whose output is the float32 result. */
export function appendBfloat16Product(
  scope: Scope,
  node: NewNode,
  options: { readonly shapes: readonly (readonly number[])[]; readonly xla: boolean },
): RecordedNode {
  const { bfloat16, float32 } = tensorTypes
  const cast = (input: Reference, from: number, to: number, shape: readonly number[]): RecordedNode =>
    scope.append({
      op: 'Cast',
      attributes: [
        { kind: 'type', name: 'SrcT', type: from },
        { kind: 'type', name: 'DstT', type: to },
      ],
      inputs: [input],
      inputTypes: [from],
      outputs: [{ shape, dtype: to === bfloat16 ? 'bfloat16' : 'float32' }],
    })
  const inputs = node.inputs.map((input, index): Reference => {
    return { kind: 'node', node: cast(input, float32, bfloat16, options.shapes[index] ?? []), output: 0 }
  })
  const inputTypes = inputs.map(() => bfloat16)
  const [result] = node.outputs
  const shape = result?.shape ?? []
  if (options.xla && node.op === 'BatchMatMulV2') {
    const attributes: RecordedAttribute[] = [...node.attributes.filter((a) => attributeName(a) !== 'T')]
    attributes.push({ kind: 'type', name: 'Tout', type: float32 })
    return scope.append({ ...node, op: 'BatchMatMulV3', attributes, inputs, inputTypes })
  }
  const product = scope.append({ ...node, inputs, inputTypes, outputs: [{ shape, dtype: 'bfloat16' }] })
  return cast({ kind: 'node', node: product, output: 0 }, bfloat16, float32, shape)
}
