// The work that is compared: sizes, floating-point operations and goals. It measures nothing.

/**
 * @typedef {object} Row one kind and size of work, as every contestant is given it
 * @property {string} id
 * @property {string} title for people
 * @property {'gemm' | 'train' | 'rollout' | 'grpo'} kind
 * @property {number} [size] of a square product
 * @property {number} layers
 * @property {number} width
 * @property {number} heads
 * @property {number} vocabulary
 * @property {number} prompts
 * @property {number} group completions a prompt; prompts x group sequences in all
 * @property {number} promptLength
 * @property {number} answerLength tokens that are answered or sampled after the prompt
 * @property {number} flops of the matrix products of one call
 * @property {Goal[]} goals
 */

/**
 * @typedef {object} Goal
 * @property {string[]} over contestants the goal is measured against; empty: the best peer
 * @property {number} [ratio] ours at least so many times as fast
 * @property {number} [peak] or at least this share of the machine's GEMM peak
 * @property {boolean} [isPeakRequired] `peak` is a goal of its own
 */

const vocabulary = 16

/** Large square products: the machine's peak. */
export const gemmRow = (device) => {
  const size = device === 'gpu' ? 8192 : 2048
  return row({
    id: 'gemm',
    title: `product ${size}x${size}`,
    kind: 'gemm',
    size,
    flops: 2 * size ** 3,
    goals: [],
  })
}

const trainSizes = [
  { layers: 2, width: 64, batch: 32, tokens: 32 },
  { layers: 2, width: 128, batch: 64, tokens: 64 },
  { layers: 4, width: 256, batch: 32, tokens: 64 },
  { layers: 6, width: 384, batch: 16, tokens: 128 },
]

/** All rows in the order of the table. */
export const rows = [
  ...trainSizes.map(({ layers, width, batch, tokens }) => {
    const isLarge = width >= 256
    return row({
      id: `train-${layers}x${width}`,
      title: `train step ${layers}x${width}, ${batch}x${tokens} tokens`,
      kind: 'train',
      ...{ layers, width, heads: width === 384 ? 6 : 4, prompts: batch, answerLength: tokens },
      goals: [{ over: [], ratio: 1.2, peak: 0.8 }, ...(isLarge ? [{ over: [], peak: 0.6 }] : [])],
    })
  }),
  ...trainSizes.slice(0, 3).flatMap(({ layers, width }) =>
    [64, 256].map((batch) =>
      row({
        id: `rollout-${layers}x${width}-${batch}`,
        title: `rollout ${layers}x${width}, ${batch}x64 tokens`,
        kind: 'rollout',
        ...{ layers, width, prompts: batch, answerLength: 64 },
        goals: [{ over: [], ratio: 1.5 }],
      }),
    ),
  ),
  ...trainSizes.slice(0, 2).map(({ layers, width }) =>
    row({
      id: `grpo-${layers}x${width}`,
      title: `GRPO step ${layers}x${width}, 64 x (21+32) tokens`,
      kind: 'grpo',
      ...{ layers, width, prompts: 8, group: 8, promptLength: 21, answerLength: 32 },
      goals: [
        { over: ['trl'], ratio: 8 },
        { over: ['jax'], ratio: 1.3 },
      ],
    }),
  ),
]

/**
 * A whole row from its parts.
 * @param {Partial<Row> & Pick<Row, 'id' | 'title' | 'kind' | 'goals'>} parts
 * @returns {Row}
 */
function row(parts) {
  const whole = {
    layers: 0,
    width: 0,
    heads: 4,
    prompts: 1,
    group: 1,
    promptLength: 1,
    answerLength: 1,
    ...parts,
  }
  return { vocabulary, ...whole, flops: parts.flops ?? modelFlops({ vocabulary, ...whole }) }
}

/**
 * Operations of the matrix products of a call, the same for every contestant: 2 a weight and token forward, 4 backward, and
 * attention's two products over the keys of the whole sequence (training; not halved for the causal mask, as is usual) or
 * over the keys written so far (sampling). What a contestant saves or wastes does not change it.
 * @param {Row} row
 */
function modelFlops({
  kind,
  layers,
  width,
  vocabulary: V,
  prompts,
  group,
  promptLength: P,
  answerLength: A,
}) {
  const block = 12 * width * width
  const sequence = P + A - 1
  const sequences = prompts * group
  const attention = (keys) => 4 * layers * width * keys
  const wholeSequences =
    3 * sequences * (sequence * (2 * layers * block + attention(sequence)) + A * 2 * width * V)
  if (kind === 'train') return wholeSequences
  const prefill = prompts * (P * (2 * layers * block + attention(P)) + 2 * width * V)
  let decode = 0
  for (let position = P; position < P + A - 1; position++) {
    decode += sequences * (2 * layers * block + attention(position + 1) + 2 * width * V)
  }
  return prefill + decode + (kind === 'grpo' ? wholeSequences : 0)
}
