/** The canvas that shows the icons, and the covers over blocked numbers in fields. */
import type { Badge } from "./layout.ts";
import type { Host } from "../host.ts";
import { icon } from "./icons.ts";
import { MASK } from "./paint.ts";
import type { Box } from "./box.ts";

export function openCanvas({ canvas, element }: Host) {
  const context = canvas.getContext("2d")!;
  let drawn = "";

  /** Draws, unless the canvas shows exactly this already: most changes of a page move no number. */
  return (covers: readonly Box[], badges: readonly Badge[]): void => {
    const { clientWidth: width, clientHeight: height } = element;
    const ratio = devicePixelRatio;
    const icons = badges.map(({ mark, box }) => ({
      verdict: mark.decision!.verdict,
      size: box.right - box.left,
      x: Math.round(box.left * ratio),
      y: Math.round(box.top * ratio),
    }));
    const now = JSON.stringify([width, height, ratio, icons, covers]);
    if (now === drawn) return;
    drawn = now;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    } else context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = MASK;
    for (const { left, top, right, bottom } of covers)
      context.fillRect(left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio);
    for (const { verdict, size, x, y } of icons) context.drawImage(icon(verdict, size, ratio), x, y);
  };
}
