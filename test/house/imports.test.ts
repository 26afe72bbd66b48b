/** Dependencies go one way, types included. Between rooms, of the Worker and of the desk, they go to front files (imports.ts). */
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { circlesIn, forbiddenIn, graphOf, needlessIn } from "./imports.ts";

const sources = () =>
  new Map(
    globSync("{shared,worker,extension,scripts,demo}/**/*.{ts,tsx}", { cwd: at() })
      .sort()
      .map((file) => [file, readFileSync(at(file), "utf8")]),
  );
const graph = graphOf(sources());
const made = (files: Record<string, string>) => graphOf(new Map(Object.entries(files)));

describe("the sources", () => {
  it("import nothing in a circle, types included", () => {
    expect(graph.size).toBeGreaterThan(500);
    expect(circlesIn(graph)).toEqual([]);
  });
  it("import of another room its front files alone, and each front file is needed", () => {
    expect(forbiddenIn(graph)).toEqual([]);
    expect(needlessIn(graph)).toEqual([]);
  });
});

describe("a circle is found", () => {
  it.each([
    ["of types", 'import type { B } from "./b.ts";'],
    ["of types named in place", 'export type A = import("./b.ts").B;'],
    ["of the type of a module", 'export const load: () => Promise<typeof import("./b.ts")> = null!;'],
    ["of a module that is loaded later", 'export const load = () => import("./b.ts");'],
    ["of what is passed on", 'export { b } from "./b.ts";'],
    ["of side effects", 'import "./b.ts";'],
    ["of a worker's address", 'new Worker(new URL("./b.ts", import.meta.url));'],
    ["of a script's address", 'import url from "url:./b.ts";'],
  ])("%s", (_, text) => {
    const circle = { "shared/a.ts": text, "shared/b.ts": 'import type { A } from "./c.ts";' };
    const files = { ...circle, "shared/c.ts": 'export type { A } from "./a.ts";' };
    expect(circlesIn(made(files))).toEqual([["shared/a.ts", "shared/b.ts", "shared/c.ts"]]);
    expect(circlesIn(made({ ...files, "shared/c.ts": "" }))).toEqual([]);
  });
  it("of one file that imports itself", () =>
    expect(circlesIn(made({ "shared/a.ts": 'import "./a.ts";' }))).toEqual([["shared/a.ts"]]));
});

describe("between rooms", () => {
  const importing = (file: string, target: string, specifier: string) =>
    forbiddenIn(made({ [file]: `import type { X } from "${specifier}";`, [target]: "" }));
  it.each([
    ["worker/dials/routes.ts", "worker/mail/service.ts", "../mail/service.ts"],
    ["worker/core/auth.ts", "worker/people/routes.ts", "../people/routes.ts"],
    ["worker/cli/main.ts", "worker/core/hash.ts", "../core/hash.ts"],
    ["worker/core/hash.ts", "worker/cli/main.ts", "../cli/main.ts"],
    ["extension/desk/people/People.tsx", "extension/desk/policy/SignIn.tsx", "../policy/SignIn.tsx"],
    ["extension/desk/parts/Page.tsx", "extension/desk/trail/Verify.tsx", "../trail/Verify.tsx"],
  ])("%s does not import %s", (file, target, specifier) =>
    expect(importing(file, target, specifier)).toHaveLength(1),
  );
  it.each([
    ["worker/dials/routes.ts", "worker/mail/outbox.ts", "../mail/outbox.ts"],
    ["worker/dials/routes.ts", "worker/registers/routes.ts", "../registers/routes.ts"],
    ["worker/dials/routes.ts", "worker/core/hash.ts", "../core/hash.ts"],
    ["worker/index.ts", "worker/people/join.ts", "./people/join.ts"],
    ["worker/jobs/scheduled.ts", "worker/lookups/ask.ts", "../lookups/ask.ts"],
    ["extension/desk/overview/todos.ts", "extension/desk/trail/Verify.tsx", "../trail/Verify.tsx"],
    ["extension/desk/people/People.tsx", "extension/desk/parts/Page.tsx", "../parts/Page.tsx"],
    ["extension/desk/shell/routes.tsx", "extension/desk/people/People.tsx", "../people/People.tsx"],
  ])("%s imports %s", (file, target, specifier) => expect(importing(file, target, specifier)).toEqual([]));
});

describe("between the trees, and in what lives in a page", () => {
  const importing = (file: string, specifier: string) => {
    const target = posix.join(posix.dirname(file), specifier);
    return forbiddenIn(made({ [file]: `import "${specifier}";`, [target]: "" }));
  };
  it.each([
    ["shared/registers/age.ts", "../../worker/core/auth.ts"],
    ["shared/registers/age.ts", "../../extension/origins.ts"],
    ["shared/registers/age.ts", "../../demo/demo.ts"],
    ["extension/origins.ts", "../worker/core/auth.ts"],
    ["worker/core/auth.ts", "../../extension/origins.ts"],
    ["worker/core/auth.ts", "../../scripts/lib/paths.ts"],
    ["extension/page/find/tree.ts", "../../background/index.ts"],
    ["extension/page/find/tree.ts", "../../background/check/fact-cache.ts"],
    ["extension/page/find/tree.ts", "../../popup/index.tsx"],
    ["extension/page/find/tree.ts", "../../options/index.tsx"],
    ["extension/page/find/tree.ts", "../../origins.ts"],
    ["extension/page/find/tree.ts", "../../tabs/desk.tsx"],
    ["extension/page/find/tree.ts", "../../desk/do-not-call/bulk-file.ts"],
    ["extension/page/find/tree.ts", "../../ui/api.ts"],
    ["extension/page/find/tree.ts", "../guard/gate.ts"],
    ["extension/page/find/tree.ts", "../overlay.ts"],
    ["extension/page/badge/paint.ts", "../card/panel.ts"],
    ["extension/page/card/panel.ts", "../dialog/queue.ts"],
    ["extension/page/dialog/queue.ts", "../guard/judge.ts"],
    ["extension/page/guard/gate.ts", "../badge/layer.ts"],
    ["extension/page/main-world/opens.ts", "../guard/gate.ts"],
  ])("%s does not import %s", (file, specifier) => expect(importing(file, specifier)).toHaveLength(1));
  it.each([
    ["worker/core/auth.ts", "../../shared/registers/age.ts"],
    ["extension/origins.ts", "../shared/registers/age.ts"],
    ["scripts/tables.ts", "../shared/phone/plans.ts"],
    ["demo/demo.ts", "../worker/core/auth.ts"],
    ["extension/page/overlay.ts", "../../shared/registers/age.ts"],
    ["extension/page/overlay.ts", "./host.ts"],
    ["extension/page/overlay.ts", "../messages.ts"],
    ["extension/page/overlay.ts", "../ui/icons.tsx"],
    ["extension/page/guard/gate.ts", "../find/tree.ts"],
  ])("%s imports %s", (file, specifier) => expect(importing(file, specifier)).toEqual([]));
});
