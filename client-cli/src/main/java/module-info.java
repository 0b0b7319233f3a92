/** The mooring command. A program, not a library: it exports nothing. */
module io.mooring.cli {
  requires static org.jspecify;
  requires com.sun.jna;
  requires info.picocli;
  requires io.mooring.core;
  requires io.mooring.enrol;
  requires io.mooring.keystore;
  requires io.mooring.scram;
  requires org.bouncycastle.provider;

  opens io.mooring.cli to
      info.picocli;

  provides System.LoggerFinder with
      io.mooring.cli.StderrLoggers;
}
