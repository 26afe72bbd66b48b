/**
 * Draws assets/icon.png from distance functions, so that the icon is source like everything else: a handset, and the
 * tick of a clear number. `node scripts/icon.ts` writes it; Plasmo scales it to the sizes that Chrome needs.
 */
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { at } from "./lib/paths.ts";

const SIZE = 512;
const GROUND = [0x1d, 0x2b, 0x4a] as const;
const WHITE = [0xff, 0xff, 0xff] as const;
const CLEAR = [0x2a, 0x9d, 0x57] as const;

type Shape = (x: number, y: number) => number;
type Colour = readonly [number, number, number];

// Coordinates run from -1 to 1, y downwards. A shape returns the signed distance to its edge, negative inside.

const disc =
  (cx: number, cy: number, r: number): Shape =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) - r;

const roundedBox =
  (cx: number, cy: number, halfWidth: number, halfHeight: number, r: number, turn = 0): Shape =>
  (x, y) => {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const [dx, dy] = [x - cx, y - cy];
    const qx = Math.abs(dx * c + dy * s) - halfWidth + r;
    const qy = Math.abs(-dx * s + dy * c) - halfHeight + r;
    return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - r;
  };

const line =
  (ax: number, ay: number, bx: number, by: number, r: number): Shape =>
  (x, y) => {
    const [px, py, dx, dy] = [x - ax, y - ay, bx - ax, by - ay];
    const t = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy)));
    return Math.hypot(px - dx * t, py - dy * t) - r;
  };

/** Part of a ring around (cx, cy), `spread` radians to either side of the direction `towards`. */
const arc =
  (cx: number, cy: number, radius: number, half: number, towards: number, spread: number): Shape =>
  (x, y) => {
    const [dx, dy] = [x - cx, y - cy];
    const angle = Math.atan2(dy, dx) - towards;
    const turned = Math.abs(Math.atan2(Math.sin(angle), Math.cos(angle)));
    const ring = Math.abs(Math.hypot(dx, dy) - radius) - half;
    return turned <= spread ? ring : Math.max(ring, Math.hypot(dx, dy) * Math.sin(turned - spread));
  };

const union =
  (...shapes: Shape[]): Shape =>
  (x, y) =>
    Math.min(...shapes.map((s) => s(x, y)));

const [cx, cy, radius] = [0.5, -0.5, 1.0];
const towards = (3 * Math.PI) / 4;
const end = (sign: 1 | -1) => {
  const angle = towards + sign * 0.6;
  const [x, y] = [cx + Math.cos(angle) * (radius - 0.1), cy + Math.sin(angle) * (radius - 0.1)];
  return roundedBox(x, y, 0.25, 0.19, 0.1, angle);
};
const handset = union(arc(cx, cy, radius, 0.15, towards, 0.66), end(1), end(-1));
const tick = union(line(0.24, -0.42, 0.39, -0.27, 0.075), line(0.39, -0.27, 0.65, -0.56, 0.075));

const layers: [Shape, Colour][] = [
  [roundedBox(0, 0, 0.96, 0.96, 0.42), GROUND],
  [handset, WHITE],
  [disc(0.44, -0.42, 0.5), GROUND],
  [disc(0.44, -0.42, 0.42), CLEAR],
  [tick, WHITE],
];

function draw(): Buffer {
  const rows = Buffer.alloc(SIZE * (SIZE * 4 + 1));
  for (let row = 0; row < SIZE; row++) {
    for (let col = 0; col < SIZE; col++) {
      const [x, y] = [((col + 0.5) / SIZE) * 2 - 1, ((row + 0.5) / SIZE) * 2 - 1];
      let [r, g, b, alpha] = [0, 0, 0, 0];
      for (const [shape, colour] of layers) {
        const cover = Math.min(1, Math.max(0, 0.5 - (shape(x, y) * SIZE) / 2));
        if (cover === 0) continue;
        const under = alpha * (1 - cover);
        const whole = cover + under;
        [r, g, b] = [
          (colour[0] * cover + r * under) / whole,
          (colour[1] * cover + g * under) / whole,
          (colour[2] * cover + b * under) / whole,
        ];
        alpha = whole;
      }
      rows.set(
        [Math.round(r), Math.round(g), Math.round(b), Math.round(alpha * 255)],
        row * (SIZE * 4 + 1) + 1 + col * 4,
      );
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

const header = Buffer.alloc(13);
header.writeUInt32BE(SIZE, 0);
header.writeUInt32BE(SIZE, 4);
header.set([8, 6, 0, 0, 0], 8);

writeFileSync(
  at("assets/icon.png"),
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(draw(), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);
