/** A message of the queue: one slice of a connector's run. It holds ids only; the rows in D1 say where the run is. */
export interface Slice {
    /** `connector_runs.id` */
    run: string;
    /** Counted from 0. A message for a slice that is done already changes nothing. */
    slice: number;
}
