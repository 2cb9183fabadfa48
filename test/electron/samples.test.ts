// Samples in the real window: filters, orders, tokens, a click on a chart, two checkpoints side by side, and a step of 10,000
// completions. Pictures in test-results/screens.
import { appendFileSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleRow } from '../helpers/sample-row'
import { goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'

const pictures = resolve(import.meta.dirname, '../../test-results/screens')

/** Two stages, a KL penalty, whole groups written down; a few seconds of training. */
const study = `name: quick-samples
task: { kind: parity, bits: 16, longFraction: 0.4 }
model: { kind: transformer, layers: 1, width: 16, heads: 2 }
stages:
  - { kind: pretrain, steps: 80, batch: 64, optimizer: { learningRate: 3.0e-3 } }
  - { kind: rl, algorithm: grpo, prompts: 8, group: 8, steps: 10, kl: { coefficient: 0.05 } }
evaluate: { every: 10, samples: 64 }
log: { samples: 64 }
`
const folders = testFolders()
let running: RunningApp
let run: { id: string; folder: string }

interface Answer<Result> {
  ok: boolean
  result: Result
}
async function ask<Result>(name: string, argument?: unknown): Promise<Result> {
  const answer = await running.page.evaluate(
    async ([asked, given]) => {
      const { afterword } = window as unknown as {
        afterword: { request(name: string, argument: unknown): Promise<unknown> }
      }
      return afterword.request(asked, given)
    },
    [name, argument] as const,
  )
  return (answer as Answer<Result>).result
}
interface Listed {
  record: { id: string; state: string }
  folder: string
}
const states = async () => (await ask<Listed[]>('listRuns')).map(({ record }) => record.state)

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  running = await openApp(folders)
  await ask('queueStudy', { text: study, fileName: 'quick-samples.yaml', engine: 'auto' })
  while ((await states()).join() !== 'finished') await running.page.waitForTimeout(500)
  const [listed] = await ask<Listed[]>('listRuns')
  if (!listed) throw new Error('a run')
  run = { id: listed.record.id, folder: listed.folder }
}, 200_000)
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

const summary = () => running.page.getByTestId('sample-summary').innerText()
const place = () => running.page.getByTestId('sample-step').innerText()
const samplesAt = (step: string) => goTo(running.page, `#/run/${run.id}/samples/${step}`)
async function choose(label: string, option: string) {
  const { page } = running
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('completions of a step stand under their prompts and are filtered by outcome and text', async () => {
  const { page } = running
  await samplesAt('1-5')
  await expect.poll(place).toBe('GRPO, step 5')
  await expect.poll(summary).toMatch(/^64 completions, \d+ % right/)
  expect(await page.getByText(/^\d of 8 right$/).count()).toBeGreaterThan(1)
  await choose('Outcome', 'Wrong')
  await expect.poll(summary).toMatch(/^\d+ completions? of 64, 0 % right, reward 0,/)
  await choose('Outcome', 'Right and wrong')
  await page.getByRole('textbox', { name: 'Text in prompt or completion' }).fill('nothing like this')
  await expect.poll(summary).toBe('None of 64 match')
  await page.getByRole('textbox', { name: 'Text in prompt or completion' }).fill('')
  await expect.poll(summary).toMatch(/^64 completions/)
})

test('completions are put in order, across prompts too', async () => {
  const { page } = running
  await page.getByRole('checkbox', { name: 'By prompt' }).click()
  await choose('Order of completions', 'By length')
  const lengths = async () => {
    const rows = await page.getByRole('row').allInnerTexts()
    return rows.slice(1, 8).map((text) => Number(text.trim().split(/\s+/).at(-2)))
  }
  await expect
    .poll(async () => [...(await lengths())].sort((a, b) => b - a).join() === (await lengths()).join())
    .toBe(true)
  await page.getByRole('button', { name: 'Largest first' }).click()
  await expect
    .poll(async () => [...(await lengths())].sort((a, b) => a - b).join() === (await lengths()).join())
    .toBe(true)
  await choose('Order of completions', 'Completions as drawn')
  await page.getByRole('checkbox', { name: 'By prompt' }).click()
})

test('the keyboard goes from completion to completion and from token to token, each with its numbers', async () => {
  const { page } = running
  await page.getByRole('grid', { name: 'Completions' }).focus()
  await page.keyboard.press('ArrowDown')
  const readout = page.getByTestId('token-readout')
  await expect
    .poll(() => readout.innerText())
    .toMatch(/^Token 1 of \d+.*p \d.*log p .*entropy .* nats, KL .* nats/s)
  await page.keyboard.press('End')
  await expect.poll(() => page.getByRole('row', { selected: true }).getAttribute('id')).toBe('sample-63')
  await choose('Colour of tokens', 'KL to reference')
  await page.getByText('nats').first().waitFor()
  await choose('Colour of tokens', 'Entropy')
})

test('a click on a chart opens the samples of the nearest step that has some', async () => {
  const { page } = running
  await goTo(page, `#/run/${run.id}/charts`)
  const chart = page.getByRole('img', { name: /^Accuracy: / })
  await chart.waitFor()
  await page.waitForTimeout(800)
  const box = await chart.boundingBox()
  if (!box) throw new Error('a chart')
  // The second panel is GRPO: its right end is the last step.
  await chart.click({ position: { x: box.width - 30, y: box.height * 0.4 } })
  await expect.poll(() => page.evaluate(() => location.hash)).toBe(`#/run/${run.id}/samples/1-10`)
  await expect.poll(place).toBe('GRPO, step 10')
})

test('a step without completions shows the nearest and says so', async () => {
  await samplesAt('0-33')
  await expect.poll(place).toBe('Pretrain, step 30')
  await running.page.getByText('no completions at Pretrain, step 33: the nearest').waitFor()
})

test('two checkpoints are sampled on the same prompts and shown side by side', async () => {
  const { page } = running
  await samplesAt('0-80')
  await page.getByRole('button', { name: 'Side by side with another checkpoint or run' }).click()
  await page.getByText('No prompt in common').waitFor()
  await page.getByRole('button', { name: 'Sample both on the same prompts' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Left: checkpoint' }).waitFor()
  await expect
    .poll(() => dialog.getByRole('combobox', { name: 'Left: checkpoint' }).innerText())
    .toBe('Pretrain, step 80')
  await expect
    .poll(() => dialog.getByRole('combobox', { name: 'Right: checkpoint' }).innerText())
    .toBe('GRPO, step 10')
  await dialog.getByRole('button', { name: 'Sample both' }).click()
  await page
    .getByText(/^\d+ prompts in common: \d+ better on the right, \d+ worse$/)
    .waitFor({ timeout: 240_000 })
  const before = await page.getByRole('region', { name: /^Prompt / }).count()
  expect(before).toBeGreaterThan(1)
  // A greedy answer and four samples a side.
  const first = page.getByRole('region', { name: /^Prompt / }).first()
  expect(await first.getByRole('img', { name: /^(right|wrong)$/ }).count()).toBe(10)
  await page.getByRole('radio', { name: 'Different text' }).click()
  await page.locator('.underline').first().waitFor()
}, 300_000)

test('10,000 completions: read at once, few rows in the page, the last one a key away', async () => {
  const { page } = running
  const path = join(run.folder, 'samples.jsonl')
  const offset = statSync(path).size
  const rows = Array.from({ length: 10_000 }, (_, index) =>
    JSON.stringify(
      sampleRow({
        step: 11,
        prompt_id: `1-11-${Math.floor(index / 16)}`,
        prompt: `${index % 7}<sep>`,
        reward: index % 3 === 0 ? 1 : 0,
        advantage: (index % 5) / 5,
        entropies: [0.1, 0.2, 0.3],
      }),
    ),
  )
  appendFileSync(path, `${rows.join('\n')}\n`)
  appendFileSync(
    join(run.folder, 'samples.index.jsonl'),
    `${JSON.stringify({ stage: 1, step: 11, offset, greedy: false })}\n`,
  )
  await goTo(page, '#/queue')
  await samplesAt('1-11')
  await expect.poll(summary, { timeout: 20_000 }).toMatch(/^10,000 completions/)
  expect(await page.getByRole('row').count()).toBeLessThan(120)
  await page.getByRole('grid', { name: 'Completions' }).focus()
  await page.keyboard.press('End')
  await page.locator('#sample-9999').waitFor()
  await page.getByRole('checkbox', { name: 'By prompt' }).click()
  await page.locator('#sample-0').waitFor()
  await page.getByRole('checkbox', { name: 'By prompt' }).click()
})

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  beforeAll(async () => {
    await goTo(running.page, '#/settings')
    await running.page.getByRole('radio', { name: theme === 'light' ? 'Light' : 'Dark' }).click()
  })

  test.each(['samples', 'side-by-side', 'sample-both'])(
    '%s has no serious accessibility problem',
    async (name) => {
      const { page } = running
      const runs = await ask<{ record: { id: string; study: string } }[]>('listRuns')
      const [left, right] = runs
        .filter(({ record }) => record.study.startsWith('Side by side'))
        .map(({ record }) => record.id)
      if (name === 'samples') {
        await samplesAt('1-10')
        await page.getByRole('grid', { name: 'Completions' }).focus()
        await page.keyboard.press('ArrowDown')
        await page.getByTestId('token-readout').waitFor()
      } else {
        await goTo(page, `#/side-by-side/${left}/0-0/${right}/0-0`)
        await page.getByText('prompts in common').waitFor()
      }
      if (name === 'sample-both') {
        await page.getByRole('button', { name: 'Sample both on the same prompts' }).click()
        await page.getByRole('dialog').waitFor()
      }
      for (const [width, height] of [
        [1280, 800],
        [1920, 1080],
      ] as const) {
        await setContentSize(running, width, height)
        await page.waitForTimeout(500)
        await page.screenshot({ path: join(pictures, `p6-${name}-${theme}-${width}.png`) })
      }
      expect(await seriousProblems(page)).toEqual([])
      if (name === 'sample-both') await page.keyboard.press('Escape')
    },
  )
})

test('nothing was reported to the console', () => {
  expect(running.pageErrors).toEqual([])
})
