-- What was reported, attested or verified stays so: a later row says otherwise.
CREATE FUNCTION versions_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'it_is_only_added_to';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON schema_versionreport FOR EACH ROW EXECUTE FUNCTION versions_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON schema_reportedversion FOR EACH ROW EXECUTE FUNCTION versions_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON schema_attestation FOR EACH ROW EXECUTE FUNCTION versions_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON schema_verification FOR EACH ROW EXECUTE FUNCTION versions_only_added();
