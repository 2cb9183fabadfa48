// Pictures of what a test sees, in both themes, where AFTERWORD_SHOTS names a folder for them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ask, type RunningApp } from './app'

/** Sets the theme as the settings do. */
export async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const settings = await ask<object>(page, 'readSettings')
  await ask(page, 'writeSettings', { settings: { ...settings, theme } })
  await page
    .locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)')
    .waitFor({ state: 'attached', timeout: 5000 })
}

/** Takes a picture. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['AFTERWORD_SHOTS']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  // Charts are drawn a frame each, dialogs fade in.
  await page.waitForTimeout(500)
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** Takes a picture of the window as it is, at any text size. */
export async function shootWindow({ app, page }: RunningApp, name: string): Promise<void> {
  const folder = process.env['AFTERWORD_SHOTS']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.waitForTimeout(500)
  const png = await app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage()
    return image?.toPNG().toString('base64') ?? ''
  })
  writeFileSync(join(folder, `${name}.png`), Buffer.from(png, 'base64'))
}
