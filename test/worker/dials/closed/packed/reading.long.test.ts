/** The same where the index of months that are over is packed. */
import { packed } from "../closing.ts";

packed();
await import("../reading.test.ts?packed");
