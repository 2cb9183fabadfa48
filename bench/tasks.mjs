// How long tasks take to draw and judge: CPU seconds (other work on the machine stretches wall time) for 100,000 samples,
// prompt and answer, of each task, and for judging them.
// Usage: node bench/tasks.mjs [--count N]   (builds the tasks it measures to out/bench/tasks; prints a table)
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'vite'

const { values: options } = parseArgs({ options: { count: { type: 'string', default: '100000' } } })
const count = Number(options.count)
const root = resolve(import.meta.dirname, '..')
const outDir = join(root, 'out', 'bench', 'tasks')
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node18',
    outDir,
    emptyOutDir: true,
    rollupOptions: {
      input: {
        tasks: join(root, 'src', 'shared', 'tasks', 'create-task.ts'),
        schema: join(root, 'src', 'shared', 'config', 'schema', 'tasks.ts'),
        random: join(root, 'src', 'engine', 'random.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].mjs' },
    },
  },
})
/** @param {string} name */
const load = (name) => import(pathToFileURL(join(outDir, `${name}.mjs`)).href)
const [{ createTask }, { taskSchema }, { createStream }] = await Promise.all(
  ['tasks', 'schema', 'random'].map(load),
)

const rows = Array.from({ length: 10_000 }, (_, index) => {
  const [left, right] = [index % 100, Math.floor(index / 100)]
  return {
    prompt: `${left}+${right}`,
    chain: `${left}+${right}: tens, then ones`,
    answer: String(left + right),
  }
})
const now = () => process.cpuUsage().user / 1e6
const configs = [
  { kind: 'parity' },
  { kind: 'parity', bits: 64 },
  { kind: 'compose' },
  { kind: 'compose', depth: 8, levels: [1, 1, 1, 1, 1, 1, 1, 1], longFraction: 1, length: 10 },
  { kind: 'hidden-method' },
  { kind: 'hidden-method', keyLength: 32, longFraction: 1 },
  { kind: 'dataset', file: '10,000 sums' },
]
for (const fields of configs) {
  const task = createTask(taskSchema.parse(fields), { rows })
  const stream = createStream({ seed: 0, purpose: 'bench', stage: 0, step: 0 })
  const begin = now()
  const { prompts, answers } = task.drawExamples(stream, count)
  const drawn = now()
  let right = 0
  for (let row = 0; row < count; row++) {
    const prompt = prompts.subarray(row * task.promptLength, (row + 1) * task.promptLength)
    const answer = Array.from(answers.subarray(row * task.answerLength, (row + 1) * task.answerLength))
    const output = answer.slice(0, answer.indexOf(task.endToken) + 1)
    if (task.isRight(prompt, output, 'chain')) right++
  }
  const judged = now()
  const seconds = [drawn - begin, judged - drawn].map((each) => each.toFixed(2))
  process.stdout.write(
    `${JSON.stringify(fields)}: drawn in ${seconds[0]} s, judged in ${seconds[1]} s, ${right} of ${count} right\n`,
  )
}
