/** SQL: why recording `r` is erased, or is to be, in an officer's words or a request's: of an erased one its certificate says it. */
import { idIs } from "../core/sql.ts";
export const whyColumn = `IIF(r.state = 'erased', COALESCE((SELECT c.why FROM certificates c WHERE ${idIs("c.recording", "r.id")}), ''), r.why) AS why`;
