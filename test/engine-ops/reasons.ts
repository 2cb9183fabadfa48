// Why tests of tfjs-core do not pass: those that do not apply (tfjs-node itself fails them op by op), and those that pass op by
// op and not in a recording. Each reason says how many tests it explains, so a test that begins to pass is noticed.

/** A reason and the failures it explains: those whose message (and name, where given) match. */
export interface Reason {
  readonly why: string
  readonly message?: RegExp
  readonly names?: readonly string[]
  /** How many tests; undefined where the processor decides. */
  readonly count?: number
}

/** Tests that tfjs-node fails op by op: they say nothing about a recording. */
export const notApplicable: readonly Reason[] = [
  { why: 'tfjs-node has no such kernel', message: /Kernel '\w+' not registered/, count: 179 },
  {
    why: 'tfjs-node lacks this padding or layout',
    message: /does not support dataFormat|supports only 'valid' and 'same' padding/,
    count: 53,
  },
  {
    why: "TensorFlow's op does not take this dtype",
    message: /Value for attr '\w+' of \w+ is not in the list of allowed values/,
    count: 7,
  },
  {
    why: 'TensorFlow has this layout or dilation with oneDNN only, which is not on every processor',
    message: /Invalid TF_Status: 12/,
  },
  {
    why: 'TensorFlow is stricter or more lenient about shapes than the test',
    names: [
      'avgPool3d x=[1,1,1,1,1] f=[1,1,3] s=1 p=valid',
      'einsum 2d matrix calculate trace: duplicate axes not implemented yet',
      'einsum nonexistent dimension throws error',
      'scatterND should work for 2d',
      'scatterND should work for simple 1d',
      'scatterND should work for multiple 1d',
      'scatterND should sum the duplicated indices',
      'scatterND should work for tensorLike input',
    ],
    count: 8,
  },
  {
    why: 'TensorFlow gives NaN for the sign of NaN, and takes each NaN for a value of its own',
    names: [
      'sign basic',
      'sign does not propagate NaNs',
      'sign accepts a tensor-like object',
      'unique 1d tensor with NaN and Infinity',
    ],
    count: 4,
  },
  {
    why: "TensorFlow's own draws and rounding, which depend on the processor",
    names: [
      'conv2dTranspose input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4',
      'multinomial creates the same data given the same seed',
      'round int32',
      'tan numbers exceed float32 precision',
    ],
  },
]

/** Tests that pass op by op on tfjs-node and do not pass in a recording. */
export const skipped: readonly Reason[] = [
  {
    why: 'TensorFlow has this layout with oneDNN only, and the test knows to skip the backend "tensorflow"',
    message: /Invalid TF_Status: 12/,
    names: [
      'conv2d x=[4,2,2] f=[1,1,4,4] s=1 d=1 p=same NCHW',
      'conv2d x=[3,2,2] f=[1,1,3,4] s=1 d=1 p=same NCHW',
      'conv2d x=[2,2,2,2] f=[1,1,4,4] s=1 d=1 p=same NCHW',
      'conv2d x=[4,2,2] f=[2,2,4,4] s=1 d=1 p=same NCHW',
    ],
  },
  {
    why: 'no string tensors in programs',
    message: /a string tensor cannot be part of a program/,
    count: 70,
  },
  {
    why: 'the function reads values on the host (asynchronous ops, pixels, weights of an optimizer)',
    message: /a tensor's values are read while the function is recorded/,
    count: 44,
  },
  {
    why: 'the shape of the output depends on values',
    message: /cannot be part of a program: it gives as many results as the values say/,
    count: 18,
  },
  {
    why: "random numbers come from the program's inputs",
    message: /cannot be part of a program: it draws from TensorFlow's own random state/,
    count: 6,
  },
  {
    why: "TensorFlow's kernel checks the indices, with its own message",
    names: ['gather throws when index is out of bound'],
    count: 1,
  },
  {
    why: "oneDNN's softmax, which TensorFlow takes in graphs only, keeps NaN to its own element",
    names: ['softmax Propagates NaNs'],
  },
]
