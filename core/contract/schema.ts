/** Subjects and schemas of a registry as pages show them. */
import { z } from 'zod';

export const schemaTypeSchema = z.enum(['AVRO', 'PROTOBUF', 'JSON']);
export type SchemaTypeName = z.infer<typeof schemaTypeSchema>;

/** A row of the list. What is left out was not read yet. */
export const subjectRowSchema = z.object({
  subject: z.string(),
  type: schemaTypeSchema.optional(),
  versions: z.int().optional(),
  latestVersion: z.int().optional(),
  latestId: z.int().optional(),
  /** The level in force for it. */
  compatibility: z.string().optional(),
  /** The level is its own, not the registry's. */
  isOwnCompatibility: z.boolean().optional(),
});
export type SubjectRow = z.infer<typeof subjectRowSchema>;

export const subjectsChangeSchema = z.object({
  /** Where the subjects were read. */
  registry: z.string(),
  /** Rows that are new or have changed, whole. The first message names all subjects. */
  subjects: z.array(subjectRowSchema),
});
export type SubjectsChange = z.infer<typeof subjectsChangeSchema>;

export const subjectDetailsSchema = z.object({
  subject: z.string(),
  /** Oldest first. */
  versions: z.array(z.int()),
  compatibility: z.string(),
  isOwnCompatibility: z.boolean(),
  /** Topics whose key or value has this subject by custom: `<topic>-key`, `<topic>-value`. */
  topics: z.array(z.object({ topic: z.string(), half: z.enum(['key', 'value']) })),
});
export type SubjectDetails = z.infer<typeof subjectDetailsSchema>;

const referenceSchema = z.object({ name: z.string(), subject: z.string(), version: z.int() });

export const schemaVersionSchema = z.object({
  subject: z.string(),
  version: z.int(),
  id: z.int(),
  type: schemaTypeSchema,
  text: z.string(),
  references: z.array(referenceSchema),
});
export type SchemaVersion = z.infer<typeof schemaVersionSchema>;

export const schemaByIdSchema = z.object({
  id: z.int(),
  type: schemaTypeSchema,
  text: z.string(),
  references: z.array(referenceSchema),
  /** Where it is registered; empty where the registry does not tell. */
  uses: z.array(z.object({ subject: z.string(), version: z.int() })),
});
