/** Something with events: `Events` maps each name to what its listeners get. */
export type Emits<Events extends Record<string, unknown[]>> = UnionToIntersection<
  { [Name in keyof Events]: { on(event: Name, listener: (...given: Events[Name]) => void): unknown } }[keyof Events]
>;

type UnionToIntersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
