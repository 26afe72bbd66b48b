/** A build for tests of the browser's gate. */
import { join } from "node:path";
import { inject } from "vitest";
import { gateBuild } from "./gate-build.ts";

/** In this folder. `but`: what Chrome has not granted. */
export const withGate = (folder: string, but: readonly string[] = []): string =>
  gateBuild(inject("e2e").build, join(folder, ["extension", ...but].join("-")), ["http://localhost/*"], but);
