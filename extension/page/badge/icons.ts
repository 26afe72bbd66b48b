/** The four icons, drawn once for each size and then copied. They differ by shape: tick, bar, triangle, dashed square. */
import type { Verdict } from "../../../shared/check/api.ts";
import { type Plate, plates } from "./paint.ts";

/** Drawn in a square of 14 units. */
const draw: Record<Verdict, (c: OffscreenCanvasRenderingContext2D) => void> = {
  clear(c) {
    disc(c, "#1f8a4c");
    c.beginPath();
    c.moveTo(4, 7.2);
    c.lineTo(6.2, 9.4);
    c.lineTo(10.2, 5);
    stroke(c, "#fff", 1.7);
  },
  blocked(c) {
    disc(c, "#d11a1e");
    c.fillStyle = "#fff";
    c.fillRect(3.4, 5.9, 7.2, 2.2);
  },
  caution(c) {
    c.beginPath();
    c.moveTo(7, 1);
    c.lineTo(13.4, 12.6);
    c.lineTo(0.6, 12.6);
    c.closePath();
    c.lineJoin = "round";
    c.fillStyle = "#f59e0b";
    c.fill();
    stroke(c, "#7c3f00", 1.1);
    c.fillStyle = "#3b1d00";
    c.fillRect(6.2, 4.8, 1.6, 4);
    c.fillRect(6.2, 9.8, 1.6, 1.6);
  },
  unknown(c) {
    c.beginPath();
    c.roundRect(0.9, 0.9, 12.2, 12.2, 2);
    c.fillStyle = "#fff";
    c.fill();
    c.setLineDash([2, 1.6]);
    stroke(c, "#565d68", 1.2);
    c.setLineDash([]);
    c.fillStyle = "#2f343c";
    c.font = "bold 10px system-ui, sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillText("?", 7, 7.4);
  },
};

function disc(c: OffscreenCanvasRenderingContext2D, colour: string): void {
  c.beginPath();
  c.arc(7, 7, 6.4, 0, 2 * Math.PI);
  c.fillStyle = colour;
  c.fill();
  // A light rim sets the disc off from dark and coloured rows.
  stroke(c, "rgb(255 255 255 / 85%)", 0.9);
}

function stroke(c: OffscreenCanvasRenderingContext2D, colour: string, width: number): void {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.lineCap = "round";
  c.stroke();
}

const sprites = new Map<string, OffscreenCanvas>();

/** The icon of a verdict, on a plate where it has one, `size` CSS pixels wide and high, at a device pixel ratio. */
export function icon(verdict: Verdict, size: number, ratio: number, plate?: Plate): OffscreenCanvas {
  const key = `${verdict} ${size} ${ratio} ${plate}`;
  let sprite = sprites.get(key);
  if (!sprite) {
    const pixels = Math.ceil(size * ratio);
    sprite = new OffscreenCanvas(pixels, pixels);
    const context = sprite.getContext("2d")!;
    context.scale(pixels / 14, pixels / 14);
    if (plate) {
      context.beginPath();
      context.roundRect(0, 0, 14, 14, 3);
      context.fillStyle = plates[plate][0];
      context.fill();
      context.translate(1, 1);
      context.scale(12 / 14, 12 / 14);
    }
    draw[verdict](context);
    sprites.set(key, sprite);
  }
  return sprite;
}
