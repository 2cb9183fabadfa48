// Every picture, in the order in which a newcomer meets the screens.
import { join } from 'node:path'
import { ask, closeMessages, setTheme, show, take, waitUntilDrawn } from './screen.mjs'

/**
 * @typedef {{ record: { id: string, state: string, study: string, point: Record<string, unknown> },
 *   annotations: { tags: string[] }, progress?: { step: number } }} Run
 */

/** Steps of GRPO at which right and wrong answers of the sample stand side by side. */
const telling = '1-5'

/** A study that fails in its second step, for the picture of a failed run: float32 rounds its epsilon to 0. */
const failing = `name: epsilon-of-zero
task: { kind: parity, bits: 16, longFraction: 0.25 }
model: { kind: transformer, layers: 2, width: 64, heads: 4 }
stages:
  - { kind: pretrain, steps: 300, batch: 64, optimizer: { eps: 1.0e-300 } }
evaluate: { every: 300, samples: 64 }
`

/** Comparisons that are saved as charts for their pictures. */
const charts = {
  paired: {
    name: 'GRPO less more next-token prediction, seed by seed',
    runs: { filter: 'tag:sample' },
    metrics: ['eval/greedy_accuracy', 'eval/median_length'],
    stages: { layout: 'panels', only: [1] },
    baseline: { where: { arm: 'More next-token prediction' } },
    difference: 'paired',
  },
  heat: {
    name: 'Who makes answers longer',
    runs: { filter: 'study = "compose/contraction-grid"' },
    kind: 'heat',
    metrics: ['eval/train/level-2/long_fraction'],
    across: 'stages.1.wrongWeight',
    down: 'arm',
  },
}

/**
 * Takes every picture.
 * @param {import('playwright-core').Page} page
 * @param {{ pictures: string, addRuns: () => Promise<void> }} places
 */
export async function takeAll(page, { pictures, addRuns }) {
  const picture = (/** @type {string} */ name) => join(pictures, `${name}.png`)
  const list = async () => /** @type {Run[]} */ (await ask(page, 'listRuns'))
  await setTheme(page, 'Light')
  await show(page, '#/studies', 'A finished study is here')
  await take(page, picture('studies-light'))
  const sample = (await list()).filter(({ annotations }) => annotations.tags.includes('sample'))
  const [grpo, more] = ['GRPO', 'More next-token prediction'].map(
    (arm) => sample.find(({ record: { point } }) => point['arm'] === arm && point['seed'] === 0)?.record.id,
  )
  if (!grpo || !more) throw new Error('The sample study has no runs of seed 0.')
  await page.getByRole('button', { name: 'Look at the sample study' }).click()
  await waitUntilDrawn(page)
  await take(page, picture('compare-light'))
  await showChart(page, charts.paired)
  await take(page, picture('paired-light'))
  await show(page, `#/run/${grpo}/charts`, 'Answer length')
  await page.getByRole('button', { name: 'Export Accuracy', exact: true }).click()
  await page.getByRole('dialog').getByRole('radio', { name: 'PPTX' }).click()
  await take(page, picture('export-light'))
  await page.keyboard.press('Escape')
  await show(page, `#/run/${grpo}/samples/${telling}`, 'completions,')
  await page.locator('#sample-1 span[title]').nth(1).click()
  await page.getByTestId('token-readout').waitFor()
  await take(page, picture('samples-light'))
  await show(page, `#/side-by-side/${more}/1-20/${grpo}/1-20`, 'in common')
  await take(page, picture('side-by-side-light'))
  await takeEditor(page, picture)
  await takeQueue(page, picture, list)

  await addRuns()
  await takeHistory(page, picture)
  const finished = (await list()).filter(({ record }) => record.state === 'finished')
  const attempts = finished.find(({ record }) => record.point['arm'] === 'Policy gradient')
  if (attempts) await takePassAtK(page, attempts.record.id, picture('passk-light'))
  if (finished.some(({ record }) => record.study === 'compose/contraction-grid')) {
    await showChart(page, charts.heat)
    await take(page, picture('heat-light'))
  }

  await show(page, '#/studies', 'parity-quick-tour')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByText('On this screen').waitFor()
  await take(page, picture('palette-light'), { height: 620 })
  await page.keyboard.press('Escape')
  await setTheme(page, 'Dark')
  await show(page, `#/run/${grpo}/charts`, 'Answer length')
  await take(page, picture('run-dark'))
}

/**
 * Saves a comparison and shows it.
 * @param {import('playwright-core').Page} page
 * @param {object} comparison
 */
async function showChart(page, comparison) {
  const { id } = /** @type {{ id: string }} */ (await ask(page, 'saveChart', { comparison }))
  // The page hears of what it saves itself; this was saved past it.
  await page.reload()
  await show(page, `#/chart/${id}`, 'Copy table')
  await waitUntilDrawn(page)
}

/**
 * The ways into a study, and its editor.
 * @param {import('playwright-core').Page} page
 * @param {(name: string) => string} picture
 */
async function takeEditor(page, picture) {
  await show(page, '#/editor/built-in/parity%2Falgorithms', 'Expected signature')
  await take(page, picture('study-light'), { height: 660 })
  await page.getByRole('radio', { name: 'Form' }).click()
  const field = page.getByRole('textbox', { name: 'Long fraction' }).first()
  await field.fill('0.3')
  await field.blur()
  await take(page, picture('editor-light'))
}

/**
 * A queue with a failed run, a run in training and runs that wait, and the page of the failed one; then all of it is stopped.
 * @param {import('playwright-core').Page} page
 * @param {(name: string) => string} picture
 * @param {() => Promise<Run[]>} list
 */
async function takeQueue(page, picture, list) {
  const queue = (/** @type {string} */ text) =>
    ask(page, 'queueStudy', { text, fileName: 'study.yaml', engine: 'auto', device: 'auto' })
  const studies = /** @type {{ name: string, text: string }[]} */ (await ask(page, 'listStudies'))
  const tour = studies.find(({ name }) => name === 'parity-quick-tour')?.text ?? ''
  await queue(failing)
  await queue(tour.replace(/^seed: 0$/m, 'sweep: { seed: [0, 1, 2] }'))
  await show(page, '#/queue', 'Waiting')
  const isUnderWay = (/** @type {Run} */ run) => (run.progress?.step ?? 0) > 150
  while (!(await list()).some((run) => run.record.study === 'parity-quick-tour' && isUnderWay(run)))
    await page.waitForTimeout(500)
  await take(page, picture('queue-light'), { height: 520 })
  const failed = (await list()).find(({ record }) => record.study === 'epsilon-of-zero')
  await show(page, `#/run/${failed?.record.id}/charts`, 'not finite')
  await page.getByTestId('failed-batch').locator('summary').click()
  await take(page, picture('failed-light'))
  for (const { record } of await list()) {
    if (record.state === 'queued') await ask(page, 'unqueue', { runId: record.id })
    else if (record.state === 'running') await ask(page, 'control', { runId: record.id, command: 'stop' })
  }
  while ((await list()).some(({ record }) => record.state === 'running')) await page.waitForTimeout(500)
}

/**
 * The filter while it is written, groups of seeds, and a config diff.
 * @param {import('playwright-core').Page} page
 * @param {(name: string) => string} picture
 */
async function takeHistory(page, picture) {
  await closeMessages(page)
  await show(page, '#/runs', /\d of \d/)
  const box = page.getByRole('combobox', { name: 'Filter runs' })
  await box.focus()
  await page.keyboard.type('algorithm = grpo and acc')
  await take(page, picture('filter-light'), { height: 420 })
  await box.fill('')
  await box.press('Escape')
  await page.getByRole('button', { name: 'Group seeds' }).click()
  await box.fill('state = finished and not study = "compose/contraction-grid"')
  await box.blur()
  await take(page, picture('history-light'))
  await box.fill('tag:sample')
  await box.press('Escape')
  await page.getByText('6 of').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Diff', exact: true }).click()
  await page.getByRole('dialog').getByText('Field').waitFor()
  await take(page, picture('diff-light'))
  await page.getByRole('button', { name: 'Close' }).last().click()
  await box.fill('')
  await box.press('Escape')
  await page.getByRole('button', { name: 'Group seeds' }).click()
}

/**
 * Takes the pass@k card of a run alone.
 * @param {import('playwright-core').Page} page
 * @param {string} id
 * @param {string} path
 */
async function takePassAtK(page, id, path) {
  await show(page, `#/run/${id}/charts`, 'Answer length')
  const part = page.getByRole('region', { name: 'pass@k', exact: true })
  await part.scrollIntoViewIfNeeded()
  await take(page, path, { part })
}
