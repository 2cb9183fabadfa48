// The task that docs/tasks.md writes as an example works as the page says: its code is taken from the page.
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { drawBelow } from '../../../../src/shared/tasks/draw'
import { textOf, type Task } from '../../../../src/shared/tasks/task'
import { examplesOf } from '../../../helpers/task'

test('the example of docs/tasks.md draws right answers and judges them', () => {
  const page = readFileSync('docs/tasks.md', 'utf8')
  const [, , block = ''] = page.split('```ts')
  const [code = ''] = block.split('```')
  const { outputText } = ts.transpileModule(code.replace('export function', 'return function'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  })
  // The page is ours: this runs no code of anybody else.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const create = (new Function('drawBelow', outputText) as (draw: typeof drawBelow) => unknown)(drawBelow)
  const task = (create as (config: { digits: number }) => Task)({ digits: 4 })
  for (const { prompt, output } of examplesOf(task, 1, 50)) {
    const digits = /^(\d{4})<sep>$/.exec(textOf(task, prompt))?.[1] ?? ''
    expect(textOf(task, output)).toBe(`${[...digits].sort().at(-1)}<end>`)
    expect(task.isRight(prompt, output, 'chain')).toBe(true)
    expect(task.isRight(prompt, [((output[0] ?? 0) + 1) % 10, task.endToken], 'answer')).toBe(false)
    expect(task.finalAnswer(output)).toBe([...digits].sort().at(-1))
  }
})
