import { z } from 'zod';

type Named<T> = T extends z.ZodDefault<infer Inner> ? Inner : T;
type Changes<Shape extends z.ZodRawShape> = { [Key in keyof Shape]: z.ZodOptional<Named<Shape[Key]>> };

/**
 * The form in which a group of settings is changed: each may be left out, and what is left out stays as it is. Without this the defaults
 * of a new group would be written over what was set. Rules about several settings at once are judged on the whole by who merges.
 */
export function changesOf<Shape extends z.ZodRawShape>(
  settings: z.ZodObject<Shape>,
): z.ZodObject<Changes<Shape>, z.core.$strict> {
  const shape = Object.fromEntries(
    Object.entries(settings.shape).map(([name, schema]) => {
      const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
      const { description } = schema as z.ZodType;
      const named = (inner as z.ZodType).optional();
      return [name, description === undefined ? named : named.describe(description)];
    }),
  );
  return z.strictObject(shape as unknown as Changes<Shape>);
}
