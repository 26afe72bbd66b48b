/** SQL: why recording `r` is erased, or is to be, in an officer's words or a request's: of an erased one its certificate says it. */
export const whyColumn =
  "IIF(r.state = 'erased', COALESCE((SELECT c.why FROM certificates c WHERE c.recording = r.id), ''), r.why) AS why";
