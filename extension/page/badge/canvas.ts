/** The canvas that shows the icons, and the covers over blocked numbers in fields and very long texts. */
import type { Badge } from "./layout.ts";
import type { Host } from "../host.ts";
import { icon } from "./icons.ts";
import { MASK, plates } from "./paint.ts";
import { SIZE, WIDE } from "./slot-order.ts";
import type { Box } from "./box.ts";

export function openCanvas({ canvas, element }: Host) {
  const context = canvas.getContext("2d")!;
  let drawn = "";

  /** Draws, unless the canvas shows exactly this already: most changes of a page move no number. */
  return (covers: readonly Box[], badges: readonly Badge[]): void => {
    const { clientWidth: width, clientHeight: height } = element;
    const ratio = devicePixelRatio;
    const icons = badges.map(({ mark, of, all, box }) => ({
      verdict: mark.decision!.verdict,
      plate: mark.plate,
      count: of && all.length,
      size: box.bottom - box.top,
      x: Math.round(box.left * ratio),
      y: Math.round(box.top * ratio),
    }));
    const now = JSON.stringify([width, height, ratio, icons, covers]);
    if (now === drawn) return;
    drawn = now;
    canvas.hidden = icons.length + covers.length === 0;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    } else context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = MASK;
    for (const { left, top, right, bottom } of covers)
      context.fillRect(left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio);
    for (const { verdict, plate, count, size, x, y } of icons) {
      if (count) drawCount(context, count, x, y, ratio);
      context.drawImage(icon(verdict, size, ratio, plate), x, y);
    }
  };
}

/** A count, behind the icon that is for so many numbers. */
function drawCount(c: CanvasRenderingContext2D, count: number, x: number, y: number, ratio: number): void {
  c.save();
  c.translate(x, y);
  c.scale(ratio, ratio);
  c.beginPath();
  c.roundRect(0.5, 0.5, WIDE - 1, SIZE - 1, 6.5);
  [c.fillStyle, c.strokeStyle] = plates.light;
  c.fill();
  c.lineWidth = 0.5;
  c.stroke();
  [, c.fillStyle] = plates.light;
  c.font = "bold 10px system-ui, sans-serif";
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(count > 99 ? "99+" : String(count), SIZE + 6, SIZE / 2 + 0.4, WIDE - SIZE - 3);
  c.restore();
}
