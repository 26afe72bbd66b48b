/** What our canvas has as text, by the calls that draw it: `badges()` says where an icon is, and not what is to be seen there. */

/** A count, or the question mark of an icon, and the left upper corner of what it is in, in CSS pixels. */
export interface Drawn {
  text: string;
  left: number;
  top: number;
}

/** Notes it from now on. Runs in our own world of a page, before anything is drawn; a second call changes nothing. */
export function watchDrawing(): void {
  const world = globalThis as unknown as { drawn?: Drawn[] };
  if (world.drawn) return;
  world.drawn = [];
  const note = (text: string, left: number, top: number) =>
    world.drawn!.push({ text, left: left / devicePixelRatio, top: top / devicePixelRatio });
  /** Runs before a method of all such objects. */
  const before = <T extends object>(of: T, name: keyof T, run: (of: T, args: unknown[]) => void) => {
    const native = Reflect.get(of, name) as (...args: unknown[]) => unknown;
    Reflect.set(of, name, function (this: T, ...args: unknown[]) {
      run(this, args);
      return native.apply(this, args);
    });
  };
  const context = CanvasRenderingContext2D.prototype;
  before(context, "clearRect", () => (world.drawn = []));
  // Another size empties a canvas.
  const width = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width")!;
  Object.defineProperty(HTMLCanvasElement.prototype, "width", {
    ...width,
    set(this: HTMLCanvasElement, to: number) {
      world.drawn = [];
      width.set!.call(this, to);
    },
  });
  before(context, "fillText", (of, [text]) => {
    const { e, f } = of.getTransform();
    note(text as string, e, f);
  });
  // An icon is drawn once, and copied.
  const icons = new WeakMap<object, string>();
  before(OffscreenCanvasRenderingContext2D.prototype, "fillText", ({ canvas }, [text]) =>
    icons.set(canvas, text as string),
  );
  before(context, "drawImage", (_, [image, left, top]) => {
    const text = icons.get(image as object);
    if (text !== undefined) note(text, left as number, top as number);
  });
}
