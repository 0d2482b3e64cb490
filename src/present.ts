/**
 * Returns a copy of `values` without the properties that are undefined, for types in which an optional property may be
 * left out but not be undefined (`exactOptionalPropertyTypes`).
 */
export function present<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  const found: { [Name in keyof Values]?: Exclude<Values[Name], undefined> } = {};
  for (const name in values)
    if (values[name] !== undefined) found[name] = values[name] as Exclude<Values[typeof name], undefined>;
  return found;
}
