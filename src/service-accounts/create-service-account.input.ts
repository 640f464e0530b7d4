import {
  ArrayMaxSize,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  MaxLength,
  MinDate,
  ValidateNested,
} from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { IsLine, IsText } from '../plain-text.js';

@InputType('LabelInput', { description: 'A key and its value.' })
export class LabelInput {
  @Field(() => String, {
    description: '1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign.',
  })
  @Matches(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/, {
    message: 'must be 1 to 63 letters, digits, dots, dashes, slashes or underscores, first and last no sign',
  })
  key!: string;

  @Field(() => String, { description: 'Up to 255 characters.' })
  @MaxLength(255, { message: 'must have at most 255 characters' })
  @IsLine()
  value!: string;
}

@InputType('CreateServiceAccountInput', { description: 'All of it may be left out.' })
export class CreateServiceAccountInput {
  @Field(() => String, {
    nullable: true,
    description:
      '1 to 100 characters. Left out, it is `service-account-` and the time, YYYYMMDDHHmmss in UTC.',
  })
  @IsOptional()
  @Length(1, 100, { message: 'must have 1 to 100 characters' })
  @IsLine()
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What the account is for, up to 1000 characters.' })
  @IsOptional()
  @MaxLength(1000, { message: 'must have at most 1000 characters' })
  @IsText()
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The team or person that answers for it, up to 255 characters.',
  })
  @IsOptional()
  @MaxLength(255, { message: 'must have at most 255 characters' })
  @IsLine()
  owner?: string | null;

  @Field(() => [LabelInput], { nullable: true, description: 'Up to 32 labels, each key once.' })
  @IsOptional()
  @ArrayMaxSize(32, { message: 'must have at most 32 entries' })
  @ArrayUnique((label: LabelInput) => label.key, { message: 'must have each key once' })
  @ValidateNested({ each: true })
  labels?: LabelInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names from the catalogue. Left out, the defaults are granted; an empty list grants nothing.',
  })
  @IsOptional()
  @ArrayMaxSize(100, { message: 'must have at most 100 entries' })
  @ArrayUnique({ message: 'must have each entry once' })
  @Matches(/^[a-z0-9_-]{1,50}:[a-z0-9_-]{1,50}$/, {
    each: true,
    message: 'must have entries such as api:read',
  })
  permissions?: string[] | null;

  @Field(() => Date, {
    nullable: true,
    description: 'From when on the account cannot sign in. In the future.',
  })
  @IsOptional()
  @MinDate(() => new Date(), { message: 'must be in the future' })
  expiresAt?: Date | null;
}
