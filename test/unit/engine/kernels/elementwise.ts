// Kernels that work element by element, with broadcasting where there are two inputs.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { any, bools, float, of, values } from './case'
import type { KernelCase, KernelTable } from './case'

/** One input, on a grid that avoids points where the function or its slope jumps. */
const unary = (op: (x: Tensor) => Tensor, low = -2, high = 2): readonly KernelCase[] => [
  of([any([3, 4], low, high)], op),
  of([any([], low, high)], op, { name: 'scalar' }),
]

/** Two inputs: equal shapes, a broadcast on both sides, a scalar; `rest` is of the two that broadcast. */
const binary = (
  op: (a: Tensor, b: Tensor) => Tensor,
  first: readonly [number, number] = [-2, 2],
  second: readonly [number, number] = [-3, 2],
  rest: Partial<KernelCase> = {},
): readonly KernelCase[] => [
  of([any([3, 4], ...first), any([3, 4], ...second)], op),
  of([any([2, 1, 3], ...first), any([4, 1], ...second)], op, { ...rest, name: 'broadcast' }),
  of([any([2, 3], ...first), any([], ...second)], op, { ...rest, name: 'scalar' }),
]
/** Operators whose gradient tfjs defines for equal shapes only. */
const binaryOfEqualShapes = (op: (a: Tensor, b: Tensor) => Tensor): readonly KernelCase[] =>
  binary(op, [-2, 2], [-3, 2], { noGradient: 'tfjs defines none that broadcasts' })

const special = [0, 1, -1, Infinity, -Infinity, NaN]
const specialFloat = { shape: [6], range: [0, 0], values: special, dtype: 'float32' } as const

export const elementwise: KernelTable = {
  Abs: unary(tf.abs),
  Acos: unary(tf.acos, -0.9, 0.9),
  Acosh: unary(tf.acosh, 1.1, 4),
  Add: binary(tf.add),
  AddN: [of([any([2, 3]), any([2, 3]), any([2, 3])], (a, b, c) => tf.addN([a, b, c]))],
  Asin: unary(tf.asin, -0.9, 0.9),
  Asinh: unary(tf.asinh),
  Atan: unary(tf.atan),
  Atan2: binary(tf.atan2, [0.5, 2], [0.5, 3]),
  Atanh: unary(tf.atanh, -0.9, 0.9),
  Cast: (['float32', 'int32', 'bool'] as const).map((dtype) =>
    of([values([6], [0, 1, -1, 2.7, -2.7, 5])], (x) => tf.cast(x, dtype), { name: `to ${dtype}` }),
  ),
  Ceil: unary(tf.ceil),
  ClipByValue: [of([any([3, 4])], (x) => tf.clipByValue(x, -1.05, 0.95))],
  Complex: [of([float([2, 3]), float([2, 3])], (re, im) => parts(tf.complex(re, im)))],
  ComplexAbs: [
    of([float([2, 3], 0.5, 2), float([2, 3])], (re, im) => tf.abs(tf.complex(re, im)), {
      noGradient: 'tfjs defines none for Complex, which makes the complex number',
    }),
  ],
  Cos: unary(tf.cos),
  Cosh: unary(tf.cosh),
  Elu: unary(tf.elu),
  EluGrad: [of([float([3, 4])], (x) => tf.grad(tf.elu)(x))],
  Equal: binary(tf.equal, [0, 3], [0, 3]),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  Expm1: unary(tf.expm1),
  Floor: unary(tf.floor),
  FloorDiv: binary(tf.floorDiv, [-5, 5], [1, 3]),
  Greater: binary(tf.greater),
  GreaterEqual: binary(tf.greaterEqual),
  Identity: unary(tf.clone),
  Imag: [of([float([2, 3]), float([2, 3])], (re, im) => tf.imag(tf.complex(re, im)))],
  IsFinite: [of([specialFloat], tf.isFinite)],
  IsInf: [of([specialFloat], tf.isInf)],
  IsNan: [of([specialFloat], tf.isNaN)],
  LeakyRelu: [of([any([3, 4])], (x) => tf.leakyRelu(x, 0.1))],
  Less: binary(tf.less),
  LessEqual: binary(tf.lessEqual),
  Log: unary(tf.log, 0.2, 4),
  Log1p: unary(tf.log1p, -0.8, 4),
  LogicalAnd: [of([bools([4]), bools([3, 1])], tf.logicalAnd)],
  LogicalNot: [of([bools([2, 3])], tf.logicalNot)],
  LogicalOr: [of([bools([4]), bools([3, 1])], tf.logicalOr)],
  Maximum: binaryOfEqualShapes(tf.maximum),
  Minimum: binaryOfEqualShapes(tf.minimum),
  Mod: binary(tf.mod, [-5, 5], [1.1, 3]),
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg),
  NotEqual: binary(tf.notEqual, [0, 3], [0, 3]),
  OnesLike: unary(tf.onesLike),
  Pow: binary(tf.pow, [0.5, 2], [0, 2.5]),
  Prelu: [of([any([2, 3]), any([3], 0.1, 0.5)], tf.prelu)],
  Real: [of([float([2, 3]), float([2, 3])], (re, im) => tf.real(tf.complex(re, im)))],
  RealDiv: binary(tf.div, [-2, 2], [1, 3]),
  Reciprocal: unary(tf.reciprocal, 0.5, 3),
  Relu: unary(tf.relu),
  Relu6: unary(tf.relu6, -3, 9),
  Round: unary(tf.round),
  Rsqrt: unary(tf.rsqrt, 0.5, 4),
  Select: [
    of([bools([3, 4]), any([3, 4]), any([3, 4])], tf.where),
    of([bools([3, 1]), any([3, 4]), any([4])], tf.where, { name: 'broadcast' }),
  ],
  Selu: unary(tf.selu),
  Sigmoid: unary(tf.sigmoid),
  Sign: unary(tf.sign),
  Sin: unary(tf.sin),
  Sinh: unary(tf.sinh),
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt, 0.2, 4),
  Square: unary(tf.square),
  SquaredDifference: binaryOfEqualShapes(tf.squaredDifference),
  Step: unary((x) => tf.step(x, 0.3)),
  Sub: binary(tf.sub),
  Tan: unary(tf.tan, -1, 1),
  Tanh: unary(tf.tanh),
  ZerosLike: unary(tf.zerosLike),
}

/** A complex tensor as two real ones, which a program may give back. */
export function parts(tensor: Tensor): Tensor[] {
  return [tf.real(tensor), tf.imag(tensor)]
}
