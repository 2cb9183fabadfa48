// Puts a chart on the system's clipboard, as an image or as SVG, with either form of Electron's clipboard: the one of formats
// and buffers, and the later one of items, which has nothing of the first.
import * as electron from 'electron'
import { AfterwordError } from '../shared/errors'

/** The clipboard of Electron up to 44, which the later types do not know. */
interface BufferClipboard {
  writeImage(image: electron.NativeImage): void
  writeBuffer(format: string, bytes: Buffer): void
}

/** What an SVG is called: programs of macOS look for their own name. */
const svgFormat = process.platform === 'darwin' ? 'public.svg-image' : 'image/svg+xml'

/** Replaces what is on the clipboard. */
export async function copyChart(format: string, bytes: Uint8Array): Promise<void> {
  if (format !== 'png' && format !== 'svg')
    throw new AfterwordError('invalid-input', `source.format: ${format} cannot be copied; png and svg can`)
  if (hasBuffers(electron.clipboard)) {
    const buffer = Buffer.from(bytes)
    if (format === 'png') electron.clipboard.writeImage(electron.nativeImage.createFromBuffer(buffer))
    else electron.clipboard.writeBuffer(svgFormat, buffer)
    return
  }
  const type = format === 'png' ? 'image/png' : `electron application/osclipboard;format="${svgFormat}"`
  const blob = new Blob([new Uint8Array(bytes)], { type })
  await electron.clipboard.write([new electron.ClipboardItem({ [type]: blob })])
}

function hasBuffers(clipboard: object): clipboard is BufferClipboard {
  return 'writeBuffer' in clipboard
}
