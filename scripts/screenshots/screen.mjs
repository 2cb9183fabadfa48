// What taking a picture needs of the window: asking the workbench, showing a screen, waiting until it stands still.
import { writeFileSync } from 'node:fs'

/** Size of the page in the pictures, CSS pixels. */
export const pictureSize = { width: 1280, height: 800 }

/**
 * Asks the workbench as the page does.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {unknown} [argument]
 * @returns {Promise<unknown>}
 */
export async function ask(page, name, argument) {
  const answer = await page.evaluate(
    async ([asked, given]) => {
      const { afterword } = /** @type {any} */ (globalThis)
      return /** @type {{ ok: boolean, result?: unknown, error?: { message: string } }} */ (
        await afterword.request(asked, given)
      )
    },
    [name, argument],
  )
  if (!answer.ok) throw new Error(`${name}: ${answer.error?.message}`)
  return answer.result
}

/**
 * Shows a screen and waits for a text on it.
 * @param {import('playwright-core').Page} page
 * @param {string} hash
 * @param {string | RegExp} ready
 */
export async function show(page, hash, ready) {
  await page.evaluate((next) => {
    const page = /** @type {any} */ (globalThis)
    page.location.hash = next
  }, hash)
  await page.getByText(ready).filter({ visible: true }).first().waitFor()
}

/**
 * @param {import('playwright-core').Page} page
 * @param {'Light' | 'Dark'} theme
 */
export async function setTheme(page, theme) {
  await show(page, '#/settings', 'Text size')
  await page.getByRole('radio', { name: theme, exact: true }).click()
}

/**
 * Waits until no chart of a comparison is being drawn or waits for runs that are still read.
 * @param {import('playwright-core').Page} page
 */
export async function waitUntilDrawn(page) {
  await page.getByText('Copy table').first().waitFor()
  await page.waitForFunction(() => {
    const { document } = /** @type {any} */ (globalThis)
    const isBusy = document.querySelector('section[aria-busy=true]') !== null
    return !isBusy && !/\bDrawing\b|runs read/.test(document.querySelector('main').innerText)
  })
}

/** Looks at a screen that changes at most this often before its picture is taken as it is. */
const MOST_LOOKS = 20
const BETWEEN_MS = 800

/**
 * Writes the picture of the window, or of a part of it, once two looks at it are alike: charts are drawn a frame each.
 * @param {import('playwright-core').Page} page
 * @param {string} path
 * @param {{ part?: import('playwright-core').Locator, height?: number, keepMouse?: boolean }} [options]
 */
export async function take(page, path, { part, height = pictureSize.height, keepMouse = false } = {}) {
  if (!keepMouse) await page.mouse.move(pictureSize.width - 2, pictureSize.height - 2)
  await page.waitForTimeout(1500)
  const clip = { x: 0, y: 0, width: pictureSize.width, height }
  const look = () => (part ? part.screenshot() : page.screenshot({ clip }))
  let last = await look()
  for (let looks = 1; looks < MOST_LOOKS; looks++) {
    await page.waitForTimeout(BETWEEN_MS)
    const next = await look()
    if (next.equals(last)) break
    last = next
  }
  writeFileSync(path, last)
}

/**
 * Closes the messages in the corner.
 * @param {import('playwright-core').Page} page
 */
export async function closeMessages(page) {
  const close = page.getByRole('region', { name: /notifications/i }).getByRole('button', { name: 'Close' })
  for (let left = 5; left > 0 && (await close.count()) > 0; left--)
    await close
      .first()
      .click({ timeout: 2000 })
      .catch(() => undefined)
}
