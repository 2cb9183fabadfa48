// The one place where an exported chart becomes bytes, for the window and the command line alike.
import type { ExportSource } from '../../shared/chart-export'
import { pdfBytes } from './pdf'
import { pngBytes } from './png'
import { pptxBytes } from './pptx/pptx'

/** What to write into the file. */
export async function chartBytes(source: ExportSource): Promise<Uint8Array> {
  switch (source.kind) {
    case 'text':
      return Buffer.from(source.text, 'utf8')
    case 'pdf':
      return pdfBytes(source.picture)
    case 'png':
      return pngBytes(source.picture, source.scale)
    case 'pptx':
      return pptxBytes(source.picture, source.chart)
  }
}
