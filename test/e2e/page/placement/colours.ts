/** What a person sees of lines and icons: the contrast of a screenshot's pixels with what is around them (WCAG 2.2). */
import type { Page } from "playwright-core";
import { inOurWorld } from "../../kit/modal.ts";
import type { Box } from "./look.ts";

interface Contrast {
  written: string;
  /** Of the underline with what is behind the number; null where the icon is a field's, or for several. */
  line: number | null;
  /** Of the icon with what is around it or its own plate. */
  icon: number;
}

interface Place {
  written: string;
  number: Box | null;
  icon: Box;
}
declare const cleardialOverlay: { badges: () => { written: string; box: Box }[] };

/** Of every icon that is shown, and of the number in the page's text that it is for. */
export async function contrastsOf(page: Page): Promise<Contrast[]> {
  const places = await inOurWorld(
    page,
    () => {
      const numberOf = (written: string): Box | null => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const text = walker.currentNode as Text;
          const start = text.data.indexOf(written);
          if (start < 0 || text.parentElement!.closest("style, textarea")) continue;
          const range = new Range();
          range.setStart(text, start);
          range.setEnd(text, start + written.length);
          const { left, top, right, bottom } = [...range.getClientRects()].at(-1)!;
          return { left, top, right, bottom };
        }
        return null;
      };
      return cleardialOverlay.badges().map(({ written, box }): Place => {
        const isForSeveral = box.right - box.left > 20;
        return { written, number: isForSeveral ? null : numberOf(written), icon: { ...box } };
      });
    },
    null,
  );
  const picture = (await page.screenshot({ animations: "disabled" })).toString("base64");
  return page.evaluate(measure, [picture, places] as const);
}

/** Runs in the page. */
async function measure([picture, places]: readonly [string, Place[]]): Promise<Contrast[]> {
  const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  const zoom = bitmap.width / innerWidth;
  const rows = (box: Box): string[][] => {
    const [left, top] = [Math.round(box.left * zoom), Math.round(box.top * zoom)];
    const [width, height] = [Math.round(box.right * zoom) - left, Math.round(box.bottom * zoom) - top];
    const { data } = context.getImageData(left, top, width, height);
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) =>
        data.slice((y * width + x) * 4, (y * width + x) * 4 + 3).join(),
      ),
    );
  };
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = colour.split(",").map((value) => {
      const part = Number(value) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  /** The colour that most pixels have. */
  const mostOf = (pixels: string[]) => {
    const counts = new Map<string, number>();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a)[0]![0];
  };
  /** The contrast that a share of pixels has at least. */
  const reached = (pixels: string[], ground: string, share: number) =>
    pixels.map((pixel) => contrast(pixel, ground)).sort((a, b) => b - a)[Math.floor(pixels.length * share)]!;
  const lineOf = (number: Box) => {
    const ground = mostOf(rows(number).flat());
    // Below the digits is nothing but the line: in the best of these rows a third of it, as it may be dotted.
    const below = rows({
      ...number,
      left: number.left + 2,
      right: number.right - 14,
      top: number.bottom - 2,
      bottom: number.bottom + 4,
    });
    return Math.max(...below.map((row) => reached(row, ground, 0.3)));
  };
  return places.map(({ written, number, icon }) => {
    const around = [
      ...rows({ ...icon, top: icon.top - 2, bottom: icon.top - 1 }).flat(),
      ...rows({ ...icon, top: icon.bottom + 1, bottom: icon.bottom + 2 }).flat(),
    ];
    const [edge, pixels] = [mostOf(around), rows(icon).flat()];
    // A ring or a shape of its own, of at least a twelfth of its pixels: before what is around it, or before its own plate.
    const seen = [edge, mostOf(pixels)].map((ground) => reached(pixels, ground, 1 / 12));
    return { written, line: number && lineOf(number), icon: Math.max(...seen) };
  });
}
