// A PowerPoint file of one slide (ECMA-376): native charts with their workbooks, or the picture as SVG with a PNG beside it.
import { strToU8, zipSync } from 'fflate'
import type { ExportPicture } from '../../../shared/chart-export'
import type { SlideChart } from '../../../shared/slide-chart'
import { pngBytes } from '../png'
import { chartPart } from './chart-part'
import { presentationParts } from './presentation-parts'
import { sheetColumns, workbook, zipDate } from './sheet'
import { chartFrame, chartSlide, pictureSlide, slideScale } from './slide-part'
import { relationship, relationships } from './xml'

/** Pixels of the picture's PNG per pixel of the drawing: sharp on a projector of twice the slide's size. */
const PNG_SCALE = 2

/** The bytes of a .pptx: the chart where there is one, else the picture. */
export async function pptxBytes(picture: ExportPicture, slide: SlideChart | undefined): Promise<Uint8Array> {
  const parts = slide ? chartParts(slide, picture) : await pictureParts(picture)
  const all = { ...presentationParts(picture.title, slide?.panels.length ?? 0), ...parts }
  return zipSync(
    Object.fromEntries(
      Object.entries(all).map(([name, part]) => [name, typeof part === 'string' ? strToU8(part) : part]),
    ),
    { mtime: zipDate },
  )
}

type Parts = Record<string, string | Uint8Array>

const layout = relationship(1, 'slideLayout', '../slideLayouts/slideLayout1.xml')

function chartParts(slide: SlideChart, picture: ExportPicture): Parts {
  const scale = slideScale(picture)
  const ids = slide.panels.map((_, index) => `rId${index + 2}`)
  const charts = slide.panels.flatMap((panel, index): [string, string | Uint8Array][] => {
    const { plot } = chartFrame(panel, slide, picture.height)
    const name = `chart${index + 1}`
    const sheet = `sheet${index + 1}.xlsx`
    return [
      [`ppt/charts/${name}.xml`, chartPart(panel, slide, plot, scale.points)],
      [
        `ppt/charts/_rels/${name}.xml.rels`,
        relationships([relationship(1, 'package', `../embeddings/${sheet}`)]),
      ],
      [`ppt/embeddings/${sheet}`, workbook(panel.series.flatMap(sheetColumns))],
    ]
  })
  return {
    ...Object.fromEntries(charts),
    'ppt/slides/slide1.xml': chartSlide(slide, picture, ids),
    'ppt/slides/_rels/slide1.xml.rels': relationships([
      layout,
      ...slide.panels.map((_, index) => relationship(index + 2, 'chart', `../charts/chart${index + 1}.xml`)),
    ]),
  }
}

async function pictureParts(picture: ExportPicture): Promise<Parts> {
  return {
    'ppt/media/chart.png': await pngBytes(picture, PNG_SCALE),
    'ppt/media/chart.svg': picture.svg,
    'ppt/slides/slide1.xml': pictureSlide(picture, 'rId2', 'rId3'),
    'ppt/slides/_rels/slide1.xml.rels': relationships([
      layout,
      relationship(2, 'image', '../media/chart.png'),
      relationship(3, 'image', '../media/chart.svg'),
    ]),
  }
}
