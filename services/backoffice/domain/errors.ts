import { notFound, type AppError } from '../../../platform/errors/app-error.ts';

export const backofficeNotFound = (): AppError => notFound('BACKOFFICE_NOT_FOUND', 'there is no such backoffice');
