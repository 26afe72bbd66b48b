/** A reporter of vitest's that names each test which was skipped, with why: a count that hides them says too much. */
import type { Reporter, TestModule } from "vitest/node";

export default class Skipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].map((test) => {
        const result = test.result();
        const why = (result.state === "skipped" && result.note) || "no reason given";
        return `  ${module.relativeModuleId} > ${test.fullName}: ${why}`;
      }),
    );
    if (lines.length > 0) console.log(`\nSkipped: ${lines.length}\n${lines.join("\n")}`);
  }
}
