/** The properties that there are: those of `values` that aren't undefined. For optional ones, which may only be left out. */
export function present<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  const found: { [Name in keyof Values]?: Exclude<Values[Name], undefined> } = {};
  for (const name in values)
    if (values[name] !== undefined) found[name] = values[name] as Exclude<Values[typeof name], undefined>;
  return found;
}
