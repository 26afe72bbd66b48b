/** What a person does in an application of test/kits, very fast. It runs in the page. */
export interface Way {
  from: number;
  to: number;
  /** The heading that sorts the list. */
  sort: string;
}

/** Changes the route, by turns to the list, a record, its form and a search, and uses what is there. Throws where it is not. */
export async function drive({ from, to, sort }: Way): Promise<void> {
  const rest = (ms = 50) => new Promise((done) => setTimeout(done, ms));
  /** A busy machine renders late. */
  const there = async <T>(find: () => T | null | undefined, what: string): Promise<T> => {
    for (let i = 0; i < 200; i++) {
      const found = find();
      if (found) return found;
      await rest();
    }
    throw new Error(`${location.hash} has no ${what}`);
  };
  const click = async (selector: string) => {
    (await there(() => document.querySelector<HTMLElement>(selector), selector)).click();
    await rest();
  };
  const go = async (hash: string) => {
    location.hash = hash;
    await rest();
  };
  const queries = ["London", "Berlin", "946", "Paris", "5550", "39 98"];
  for (let i = from; i < to; i++) {
    const id = 1 + ((i * 7) % 40);
    switch (i % 4) {
      case 0:
        await go("#/list");
        await click(sort);
        break;
      case 1:
        await go(`#/record/${id}`);
        await click(".dialog-open");
        await click(".dialog-close");
        break;
      case 2: {
        await go(`#/edit/${id}`);
        const inputs = () => [...document.querySelectorAll("input")];
        const field = await there(
          () => inputs().find(({ value }) => /^[+(\d][\d ()./-]{6,}$/.test(value)),
          "number in its form",
        );
        // Past the setter of its framework's own.
        const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
        own?.set?.call(
          field,
          field.value.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
        );
        field.dispatchEvent(new Event("input", { bubbles: true }));
        await rest();
        await click(".save");
        break;
      }
      default:
        await go(`#/search/${encodeURIComponent(queries[i % queries.length]!)}`);
    }
    if (i % 25 === 0) {
      const frame = document.createElement("iframe");
      frame.src = "/frame";
      document.body.append(frame);
      await new Promise((done) => (frame.onload = done));
      await rest(200);
      frame.remove();
    }
    // A person looks now and then.
    if (i % 50 === 0) await rest(1200);
  }
  await go("#/list");
}
