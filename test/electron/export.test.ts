// The export dialog of the real window: a preview at the size that is written, choices that are remembered, files of every
// format, and the clipboard. Pictures of it in test-results/screens.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pdfContent } from '../helpers/pdf-text'
import { answerSaveDialog, goTo, openApp, testFolders, type RunningApp } from './app'
import { levelStudy } from './studies'

const pictures = resolve(import.meta.dirname, '../../test-results/screens')
const folders = testFolders()
let running: RunningApp

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  mkdirSync(join(folders.workspace, 'studies'), { recursive: true })
  writeFileSync(join(folders.workspace, 'studies', 'quick-compose.yaml'), levelStudy)
  running = await openApp(folders)
  const { page } = running
  await page.getByRole('button', { name: 'Run quick-compose' }).click()
  await page
    .getByRole('region', { name: 'Ended lately' })
    .getByText('finished')
    .nth(1)
    .waitFor({ timeout: 120_000 })
  const ids = await page.evaluate(async () => {
    const { afterword } = window as unknown as {
      afterword: {
        request(name: string, argument: unknown): Promise<{ result: { record: { id: string } }[] }>
      }
    }
    return (await afterword.request('listRuns', undefined)).result.map(({ record }) => record.id)
  })
  await goTo(page, `#/compare/${ids.join(',')}`)
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await page.getByAltText('Preview of the exported chart').waitFor()
}, 300_000)
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

test('the preview has the proportions of what is written, and says at what scale it is shown', async () => {
  const { page } = running
  const dialog = page.getByRole('dialog')
  const facts = dialog.getByTestId('export-facts')
  const preview = dialog.getByAltText('Preview of the exported chart')
  const shown = () =>
    preview.evaluate((image: HTMLImageElement) => [
      image.clientWidth,
      image.clientHeight,
      image.naturalWidth / image.naturalHeight,
    ])
  expect(await facts.textContent()).toBe('13.3 x 7.5 in, shown at 47%')
  const [width = 0, height = 0, natural] = await shown()
  expect(width / height).toBeCloseTo(16 / 9, 2)
  expect(natural).toBeCloseTo(16 / 9, 2)
  await page.screenshot({ path: join(pictures, 'export-slide.png') })
  await dialog.getByRole('combobox', { name: 'Size', exact: true }).click()
  await page.getByRole('option', { name: 'One column of a paper' }).click()
  await expect.poll(() => facts.textContent()).toBe('3.5 x 2.3 in, shown at true size')
  // 3.5 inches of 96 CSS pixels.
  await expect.poll(async () => (await shown())[0]).toBe(336)
  await dialog.getByRole('combobox', { name: 'Colours' }).click()
  await page.getByRole('option', { name: 'Grey, dashes and markers' }).click()
  await page.screenshot({ path: join(pictures, 'export-column.png') })
})

test('PDF and PowerPoint are written at the size that was chosen', async () => {
  const { page } = running
  const written = async (format: string) => {
    const path = join(folders.root, `chart.${format.toLowerCase()}`)
    await answerSaveDialog(running, path)
    if (!(await page.getByRole('dialog').isVisible()))
      await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: format }).click()
    await dialog.getByRole('button', { name: `Export ${format}` }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => existsSync(path)).toBe(true)
    return readFileSync(path)
  }
  const pdf = pdfContent(await written('PDF'))
  expect(pdf.page[0]).toBeCloseTo(3.5 * 72, 5)
  expect(pdf.texts.join('')).toContain('Step')
  expect(pdf.images).toBe(0)
  expect(Object.keys(unzipSync(await written('PPTX')))).toContain('ppt/charts/chart1.xml')
  expect(JSON.parse(String(await written('JSON')))).toHaveProperty('option.series')
})

test('a copy is on the clipboard, as an image with the pixels of the drawing, and as SVG', async () => {
  const { app, page } = running
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Copy image' }).click()
  await page.getByText('Chart copied as an image', { exact: true }).waitFor()
  const image = await app.evaluate(async ({ clipboard }) => {
    // Electron's clipboard has two forms: formats and buffers up to 44, items later.
    const old = clipboard as unknown as { readImage?: () => { toPNG(): Buffer } }
    if (old.readImage) return old.readImage().toPNG().toString('base64')
    const [item] = await clipboard.read()
    const blob = await item?.getType('image/png')
    return Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)).toString('base64')
  })
  const png = Buffer.from(image, 'base64')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2100, 1400])
  await dialog.getByRole('button', { name: 'Copy SVG' }).click()
  await page.getByText('Chart copied as SVG', { exact: true }).waitFor()
  const svg = await app.evaluate(async ({ clipboard }) => {
    const old = clipboard as unknown as { readBuffer?: (format: string) => Buffer }
    const format = process.platform === 'darwin' ? 'public.svg-image' : 'image/svg+xml'
    if (old.readBuffer) return old.readBuffer(format).toString('utf8')
    const [item] = await clipboard.read()
    const blob = await item?.getType(`electron application/osclipboard;format="${format}"`)
    return (await blob?.text()) ?? ''
  })
  expect(svg).toMatch(/^<svg width="1050" height="700"[^]*<\/svg>\s*$/)
})

test('choices are remembered', async () => {
  const { page } = running
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.reload()
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const facts = page.getByTestId('export-facts')
  await expect.poll(() => facts.textContent()).toBe('3.5 x 2.3 in, shown at true size')
  expect(await page.getByRole('radio', { name: 'JSON' }).getAttribute('aria-checked')).toBe('true')
  expect(running.pageErrors).toEqual([])
})
